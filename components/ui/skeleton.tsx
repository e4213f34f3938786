import { cn } from './cn';

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cn('h-3 animate-breathe rounded-sm bg-line', className)} />;
}

/** Rows in the shape of a table, while the first page of a list is on its way. */
export function SkeletonRows({ rows = 8, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="border-line border-t">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are identical and never move.
        <div key={index} className="flex h-[38px] items-center gap-6 border-line border-b px-2.5 max-md:h-14">
          <Skeleton className="size-3.5" />
          <Skeleton className={index % 3 === 0 ? 'w-56' : index % 3 === 1 ? 'w-44' : 'w-64'} />
          <Skeleton className="w-16" />
          <Skeleton className="w-24 max-md:hidden" />
          <Skeleton className="ml-auto w-20 max-md:hidden" />
        </div>
      ))}
    </div>
  );
}
