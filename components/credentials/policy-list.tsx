import { printable } from '@/components/ui/printable';
import { ScrollText } from '@/components/ui/scroll-text';
import type { CredentialPolicy } from '@/lib/contracts/credentials';

/** The policy to the letter, as its cloud is given it. */
export function PolicyList({ policy: { allow, resources } }: { policy: CredentialPolicy }) {
  return (
    <>
      <Items label="Allowed actions" items={allow} />
      <Items label="On resources" items={resources.length === 0 ? ['*'] : resources} />
    </>
  );
}

function Items({ label, items }: { label: string; items: readonly string[] }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="text-hint text-muted">{label}</p>
      <ScrollText label={label} text={items.map((item) => printable(item)).join('\n')} className="max-h-44 break-all" />
    </div>
  );
}
