import { cn } from '@/components/ui/cn';

interface SparklineProps {
  series: readonly number[];
  /** What is drawn, for screen readers. */
  label: string;
  className?: string;
}

const height = 30;

/** A line without axes: its shape is the message, the figure above it is the value. */
export function Sparkline({ series, label, className }: SparklineProps) {
  const top = Math.max(...series, 1);
  const last = Math.max(series.length - 1, 1);
  const points = series
    .map((value, index) => `${index},${(height - 1.5 - (value / top) * (height - 3)).toFixed(2)}`)
    .join(' ');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${last} ${height}`}
      preserveAspectRatio="none"
      className={cn('h-[30px] w-full overflow-visible text-muted', className)}
    >
      <polyline
        points={points}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
