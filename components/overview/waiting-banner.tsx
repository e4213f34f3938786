'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { CirclePause } from 'lucide-react';
import Link from 'next/link';
import { approvalsQuery, navCountsQuery, rowsOf } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { Countdown } from '@/components/approvals/countdown';
import { buttonStyles } from '@/components/ui/button';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';

const pending = { status: 'pending' } as const;

/** What waits for a person, before anything else on the page. Nothing at all while nothing waits. */
export function WaitingBanner() {
  const { can } = useMe();
  const { data: counts } = useQuery(navCountsQuery());
  const waiting = counts?.approvals ?? 0;
  const list = useInfiniteQuery({ ...approvalsQuery(pending), enabled: waiting > 0 });
  if (waiting === 0) return null;
  const [first] = rowsOf(list.data).toSorted((a, b) => a.expiresAt.localeCompare(b.expiresAt));
  const decides = can('runs.control');
  return (
    <section
      aria-label="Waiting"
      className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg bg-wait-ground px-4 py-3"
    >
      <Icon of={CirclePause} size={16} className="text-wait" />
      <p className="min-w-0 flex-1">
        <span className="font-semibold">
          {waiting === 1 ? '1 call waits' : `${formatCount(waiting)} calls wait`} for {decides ? 'you' : 'an operator'}.
        </span>{' '}
        {first && (
          <>
            {waiting === 1 ? 'It' : 'The first'} is denied automatically in <Countdown approval={first} />.
          </>
        )}
      </p>
      <Link href="/approvals" className={buttonStyles({ tone: decides ? 'primary' : 'plain' })}>
        {decides ? 'Decide' : 'Look'} <Kbd>G</Kbd>
        <Kbd>A</Kbd>
      </Link>
    </section>
  );
}
