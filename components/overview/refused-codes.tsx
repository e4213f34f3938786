import Link from 'next/link';
import { formatCount } from '@/components/ui/format';
import type { Overview } from '@/lib/contracts/overview';

/** What was refused in the last hour, by why. Nothing at all on a quiet day. */
export function RefusedCodes({ codes }: { codes: Overview['refused']['byCode'] }) {
  if (codes.length === 0) return null;
  return (
    <section
      aria-labelledby="refused-title"
      className="self-start rounded-lg border border-line bg-panel px-3.5 pt-3 pb-1.5"
    >
      <h2 id="refused-title" className="font-semibold">
        Refused, last hour
      </h2>
      <ul>
        {codes.map(({ code, count }) => (
          <li key={code} className="flex h-8 items-center gap-3">
            <Link
              prefetch={false}
              href={`/audit?${new URLSearchParams({ outcome: 'refused', q: code })}`}
              className="min-w-0 truncate font-mono text-hint hover:underline"
            >
              {code}
            </Link>
            <span className="ml-auto">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
