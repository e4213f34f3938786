import Link from 'next/link';
import type { ReactNode } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import { Sparkline } from './sparkline';

interface StatCardProps {
  label: string;
  value: string;
  series: readonly number[];
  hint: ReactNode;
  href: string;
  /** Red where the figure is refusals and there are some. */
  alarming?: boolean;
}

const cardStyles = 'flex min-w-0 flex-col rounded-lg border border-line bg-panel px-3.5 pt-3 pb-2.5';

export function StatCard({ label, value, series, hint, href, alarming = false }: StatCardProps) {
  return (
    <Link href={href} className={`${cardStyles} hover:border-line-strong`}>
      <span className="text-muted">{label}</span>
      <span className="font-semibold text-figure">{value}</span>
      <Sparkline
        series={series}
        label={`${label}, minute by minute over the last hour`}
        className={alarming ? 'text-stop' : undefined}
      />
      <span className="truncate pt-1.5 text-hint text-muted">{hint}</span>
    </Link>
  );
}

export function StatCardSkeleton() {
  return (
    <div className={cardStyles}>
      <Skeleton className="my-1 w-20" />
      <Skeleton className="my-1.5 h-5 w-14" />
      <Skeleton className="my-3 h-1.5" />
      <Skeleton className="mt-2 w-28" />
    </div>
  );
}
