import { plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Dot } from '@/components/ui/status-dot';
import type { RelayInstance } from '@/lib/contracts/relay';
import { LastSeen } from './instance-columns';
import { identityWords, relayTones, statusWords } from './relay-words';

/** An instance in two lines, for a phone. */
export function InstanceCompact({ instance }: { instance: RelayInstance }) {
  const fronts = identityWords(instance);
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={relayTones[instance.status]} />
        <span className="min-w-0 flex-1 truncate font-medium">{printable(instance.gatewayId)}</span>
        <LastSeen instance={instance} />
      </span>
      <span className="truncate pl-[15px] text-muted">
        {statusWords(instance)}
        {instance.bindings > 0 && ` · ${plural(instance.bindings, 'person', 'people')} bound`}
        {fronts && ` · ${fronts}`}
      </span>
    </span>
  );
}
