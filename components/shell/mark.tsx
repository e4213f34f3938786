import { cn } from '@/components/ui/cn';

/** The gate in its square. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" className={cn('size-5 shrink-0', className)}>
      <rect width="20" height="20" rx="5" className="fill-text" />
      <path
        d="M10 4.2 5.4 5.9v4c0 2.8 1.9 4.9 4.6 5.9 2.7-1 4.6-3.1 4.6-5.9v-4L10 4.2Zm0 0v11.6"
        fill="none"
        className="stroke-bg"
        strokeWidth="1.3"
        strokeLinejoin="round"
      />
    </svg>
  );
}
