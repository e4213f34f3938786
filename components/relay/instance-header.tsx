'use client';

import { Link2, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { CopyId } from '@/components/ui/copy-button';
import { formatCount, plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import { ExactTime, RelativeTime } from '@/components/ui/time';
import type { RelayInstance } from '@/lib/contracts/relay';
import { identityWords, relayTones } from './relay-words';

interface InstanceActs {
  /** Absent for those who may not, and where there is nothing to act on. */
  onRevoke: (() => void) | undefined;
  onLink: (() => void) | undefined;
  onRotate: (() => void) | undefined;
}

export function InstanceHeader({ instance, ...acts }: { instance: RelayInstance } & InstanceActs) {
  return (
    <header className="flex flex-col gap-1">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1.5">
        <h1 className="min-w-0 break-words font-semibold text-title">{printable(instance.gatewayId)}</h1>
        <StatusDot tone={relayTones[instance.status]}>{instance.status}</StatusDot>
        <CopyId id={instance.id} />
        <div className="ml-auto flex items-center gap-2 max-md:hidden">
          <ActButtons {...acts} />
        </div>
      </div>
      <Facts instance={instance} />
    </header>
  );
}

/** On a phone the same acts lie above the bottom bar, within thumb's reach. */
export function InstanceRevokeBar(acts: InstanceActs) {
  if (!acts.onRevoke) return null;
  return (
    <>
      <div aria-hidden="true" className="h-12 shrink-0 md:hidden" />
      <div className="fixed inset-x-0 bottom-[calc(56px+env(safe-area-inset-bottom))] z-20 flex items-center justify-end gap-2 border-line border-t bg-bg px-4 py-2 md:hidden">
        <ActButtons {...acts} />
      </div>
    </>
  );
}

function ActButtons({ onRevoke, onLink, onRotate }: InstanceActs) {
  return (
    <>
      {onRotate && (
        <Button onClick={onRotate}>
          <Icon of={RotateCw} size={14} /> Rotate secret
        </Button>
      )}
      {onLink && (
        <Button onClick={onLink}>
          <Icon of={Link2} size={14} /> Link code
        </Button>
      )}
      {onRevoke && (
        <Button tone="stop" aria-keyshortcuts="Shift+R" onClick={onRevoke}>
          Revoke <Kbd>⇧R</Kbd>
        </Button>
      )}
    </>
  );
}

function Facts({ instance }: { instance: RelayInstance }) {
  const { tenant, wakeUrl, buffer, rotatedAt, routeKeys, createdBy, createdAt } = instance;
  const fronts = identityWords(instance);
  return (
    <dl className="flex flex-wrap items-center gap-x-5 gap-y-1 text-muted">
      <Fact term="tenant">
        <span className="text-text">{printable(tenant)}</span>
      </Fact>
      {fronts && (
        <Fact term="fronts">
          <span className="text-text">{fronts}</span>
        </Fact>
      )}
      <Presence instance={instance} />
      {buffer.events > 0 && (
        <Fact term="waiting">
          <span className="text-text">{plural(buffer.events, 'event')}</span>
          {buffer.oldestAt && (
            <>
              , the oldest <RelativeTime at={buffer.oldestAt} suffix="" />
            </>
          )}
        </Fact>
      )}
      {buffer.dropped > 0 && (
        <Fact term="dropped">
          <span className="text-stop" title="Events it had no room or no time for, ever">
            {formatCount(buffer.dropped)}
          </span>
        </Fact>
      )}
      {wakeUrl && (
        <Fact term="woken at">
          <code className="text-text">{printable(wakeUrl)}</code>
        </Fact>
      )}
      {routeKeys.length > 0 && (
        <Fact term={routeKeys.length === 1 ? 'scope' : 'scopes'}>
          <code className="block max-w-[36ch] truncate text-text" title={printable(routeKeys.join('\n'))}>
            {printable(routeKeys.join(', '))}
          </code>
        </Fact>
      )}
      {rotatedAt && (
        <Fact term="secret rotated">
          <RelativeTime at={rotatedAt} className="text-text" />
        </Fact>
      )}
      <Fact term="let in">
        <RelativeTime at={createdAt} className="text-text" /> by {printable(createdBy)}
      </Fact>
    </dl>
  );
}

function Presence({ instance: { status, connectedAt, lastSeenAt, revokedAt } }: { instance: RelayInstance }) {
  if (status === 'disabled')
    return (
      revokedAt && (
        <Fact term="disabled">
          <ExactTime at={revokedAt} />, <RelativeTime at={revokedAt} className="text-text" />
        </Fact>
      )
    );
  if (status === 'live' && connectedAt)
    return (
      <Fact term="connected">
        <ExactTime at={connectedAt} />, <RelativeTime at={connectedAt} className="text-text" />
      </Fact>
    );
  return (
    <Fact term="last seen">
      {lastSeenAt ? <RelativeTime at={lastSeenAt} className="text-text" /> : <span className="text-text">never</span>}
    </Fact>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-center gap-1">
      <dt className="whitespace-nowrap">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
