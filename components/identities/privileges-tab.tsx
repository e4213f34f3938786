'use client';

import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import type { IdentityDetail, ShownScope } from '@/lib/contracts/identities';
import { type PrivilegeName, privilegeNames } from '@/lib/contracts/privileges';
import { isEverywhere, sameScope, scopeWords } from './identity-words';
import { PrivilegeRow } from './privilege-row';

const GrantDialog = dynamic(() => import('./grant-privileges-dialog').then((module) => module.GrantPrivilegesDialog), {
  ssr: false,
});
const RemoveDialog = dynamic(() => import('./remove-privilege-dialog').then((module) => module.RemovePrivilegeDialog), {
  ssr: false,
});

type Effective = IdentityDetail['effective'][number];
type Act =
  /** Without a scope the dialog asks for one. */
  | { kind: 'grant'; scope?: ShownScope }
  /** Without a name the whole mask of the scope goes. */
  | { kind: 'remove'; scope: ShownScope; name?: PrivilegeName };

/** What a principal holds, place by place, where each of it comes from, and the way to change it. */
export function PrivilegesTab({ identity }: { identity: IdentityDetail }) {
  const [act, setAct] = useState<Act | null>(null);
  return (
    <div className="flex flex-col gap-5">
      {identity.effective.map((place) => (
        <Place key={scopeWords(place.scope)} identity={identity} place={place} onAct={setAct} />
      ))}
      <div>
        <Button onClick={() => setAct({ kind: 'grant' })}>
          <Icon of={Plus} size={14} /> Grant in a guild or channel…
        </Button>
      </div>
      {act?.kind === 'grant' && <GrantDialog identity={identity} scope={act.scope} onClose={() => setAct(null)} />}
      {act?.kind === 'remove' && <RemoveDialog identity={identity} {...act} onClose={() => setAct(null)} />}
    </div>
  );
}

function Place({ identity, place, onAct }: { identity: IdentityDetail; place: Effective; onAct: (act: Act) => void }) {
  const { scope, privileges } = place;
  const global = isEverywhere(scope);
  const words = scopeWords(scope);
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  const ownMask = identity.masks.some((mask) => sameScope(mask.scope, scope));
  const full = privileges.length === privilegeNames.length;
  return (
    <section aria-label={title}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b pb-1.5">
        <h2 className="min-w-0 break-words font-semibold">{title}</h2>
        <code className="text-hint text-muted" title={`As 64 bits: ${place.mask}`}>
          0x{place.mask.replace(/^0+(?=.)/, '')}
        </code>
        <div className="ml-auto flex items-center gap-2">
          {!global && ownMask && (
            <Button
              size="small"
              tone="stop-outline"
              aria-label={`Remove the mask ${words}`}
              onClick={() => onAct({ kind: 'remove', scope })}
            >
              Remove the mask…
            </Button>
          )}
          {!full && (
            <Button
              size="small"
              aria-label={`Grant privileges ${words}`}
              onClick={() => onAct({ kind: 'grant', scope })}
            >
              Grant…
            </Button>
          )}
        </div>
      </div>
      {!global && ownMask && (
        <p className="pt-1.5 text-hint text-muted">
          Its own mask here takes the place of what is granted more widely, but for dangerous privileges.
        </p>
      )}
      {privileges.length === 0 && <p className="py-2 text-muted">It holds no privilege{global ? '' : ` ${words}`}.</p>}
      <ul>
        {privileges.map((privilege) => (
          <PrivilegeRow
            key={privilege.name}
            privilege={privilege}
            identity={identity}
            scope={scope}
            onRemove={() => onAct({ kind: 'remove', scope, name: privilege.name })}
          />
        ))}
      </ul>
    </section>
  );
}
