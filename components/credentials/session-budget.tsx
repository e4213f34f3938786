import { formatUsd } from '@/components/ui/format';
import { Meter } from '@/components/ui/meter';
import type { CredentialSession } from '@/lib/contracts/credentials';

/** What was charged to a session, against what it may cost. */
export function SessionBudget({ session: { budgetUsd, spentUsd } }: { session: CredentialSession }) {
  const spent = `$${spentUsd.toFixed(2)}`;
  if (budgetUsd === null) return <span className="text-muted">{spentUsd > 0 ? spent : 'no limit'}</span>;
  const words = `${spent} of ${formatUsd(budgetUsd)}`;
  return (
    <span className="inline-flex items-center gap-2 align-middle" title={`${words} spent`}>
      <Meter value={spentUsd / budgetUsd} label={`${words} spent`} className="w-10" />
      {words}
    </span>
  );
}
