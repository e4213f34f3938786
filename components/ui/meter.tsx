import { cn } from './cn';

interface MeterProps {
  /** 0 to 1; what is beyond is drawn as full. */
  value: number;
  /** What is measured, for screen readers: "14 of 60 minutes used". */
  label: string;
  /** From this share on the bar is amber. */
  warnAt?: number;
  className?: string;
}

/** Drawn as SVG: a width in a style attribute would be refused by the content security policy on the first paint. */
export function Meter({ value, label, warnAt = 0.85, className }: MeterProps) {
  const share = Math.min(1, Math.max(0, Number.isFinite(value) ? value : 0));
  return (
    <svg
      role="img"
      aria-label={label}
      className={cn('h-1 w-16 shrink-0 rounded-full', className)}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      <rect width="100%" height="100%" rx="2" className="fill-line-strong" />
      <rect width={`${share * 100}%`} height="100%" rx="2" className={share >= warnAt ? 'fill-wait' : 'fill-muted'} />
    </svg>
  );
}
