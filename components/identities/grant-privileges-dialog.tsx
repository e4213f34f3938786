'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { identityKeys, type Who } from '@/components/api/identity-queries';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { joinWords } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { ReasonField } from '@/components/ui/reason-field';
import { useToast } from '@/components/ui/toast';
import type { IdentityDetail, ShownScope } from '@/lib/contracts/identities';
import { isDangerous, type PrivilegeName } from '@/lib/contracts/privileges';
import { isEverywhere, sameScope, scopeBody, scopeWords } from './identity-words';
import { PrivilegeChoices } from './privilege-choices';
import { ScopeFields } from './scope-fields';
import { WhoFields } from './who-fields';

interface GrantPrivilegesDialogProps {
  /** To whom; asked for when absent. */
  identity?: IdentityDetail;
  /** Where; asked for when absent. */
  scope?: ShownScope | undefined;
  /** Chosen from the start; a dangerous one never is. */
  preselected?: readonly PrivilegeName[];
  onClose: () => void;
  onGranted?: (who: Who) => void;
}

const everywhere: ShownScope = { guildId: null, channelId: null };

export function GrantPrivilegesDialog(props: GrantPrivilegesDialogProps) {
  const { identity, scope: givenScope, preselected = [], onClose, onGranted } = props;
  const client = useQueryClient();
  const toast = useToast();
  const [who, setWho] = useState<Who>(identity ?? { userId: '', platform: 'console' });
  const [scope, setScope] = useState<ShownScope>(
    givenScope ?? (identity ? { guildId: '', channelId: null } : everywhere),
  );
  const [chosen, setChosen] = useState<readonly PrivilegeName[]>(() =>
    preselected.filter((name) => !isDangerous(name)),
  );
  const [reason, setReason] = useState('');
  const global = isEverywhere(scope);
  const held = identity?.masks.find((mask) => sameScope(mask.scope, scope))?.privileges ?? [];
  const grant = chosen.filter((name) => !held.includes(name) && (global || !isDangerous(name)));
  const { pending, error, submit } = useSubmit(async () => {
    const changed = await callRoute('identities.privileges', {
      params: { userId: who.userId.trim() },
      body: { platform: who.platform, grant: [...grant], reason, ...(!global && { scope: scopeBody(scope) }) },
    });
    client.setQueryData(identityKeys.one(changed), changed);
    void client.invalidateQueries({ queryKey: identityKeys.list() });
    toast.show(`Granted ${joinWords(grant)} to ${printable(changed.userId)}.`);
    onGranted?.(changed);
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={identity ? `Grant privileges to ${printable(identity.userId)}` : 'Grant privileges'}
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button
            tone="primary"
            type="submit"
            form="grant-privileges"
            pending={pending}
            disabled={grant.length === 0 || who.userId.trim() === ''}
          >
            Grant
          </Button>
        </>
      }
    >
      <form id="grant-privileges" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        {!identity && <WhoFields who={who} onChange={setWho} disabled={pending} error={error} />}
        {givenScope ? (
          <p className="text-muted">Live runs have it {scopeWords(givenScope)} at their next call.</p>
        ) : (
          <ScopeFields scope={scope} onChange={setScope} disabled={pending} error={error} />
        )}
        <Replaces identity={identity} scope={scope} chosen={chosen} />
        <PrivilegeChoices chosen={chosen} held={held} global={global} disabled={pending} onChange={setChosen} />
        <ReasonField value={reason} onChange={setReason} disabled={pending} error={fieldProblem(error, 'reason')} />
        {!['reason', 'scope', 'platform', 'userId'].some((path) => fieldProblem(error, path)) && (
          <InlineError error={error} />
        )}
      </form>
    </Dialog>
  );
}

/** A first mask in a scope takes away what holds there until now: said before it is done. */
function Replaces({
  identity,
  scope,
  chosen,
}: {
  identity: IdentityDetail | undefined;
  scope: ShownScope;
  chosen: readonly PrivilegeName[];
}) {
  if (!identity || isEverywhere(scope) || identity.masks.some((mask) => sameScope(mask.scope, scope))) return null;
  // What its aliases hold goes on: each of them is asked by itself.
  const wider = identity.masks.find((mask) => isEverywhere(mask.scope))?.privileges ?? [];
  const lost = wider.filter((name) => !isDangerous(name) && !chosen.includes(name));
  if (lost.length === 0) return null;
  return (
    <p className="rounded-md bg-wait-ground px-3 py-2 text-wait">
      A mask of its own there takes the place of what is granted more widely: choose {joinWords(lost)} too where it is
      to go on.
    </p>
  );
}
