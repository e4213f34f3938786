'use client';

import { useQueryClient } from '@tanstack/react-query';
import { callRoute } from '@/components/api/client';
import { identityKeys } from '@/components/api/identity-queries';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { joinWords, plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { IdentityDetail, ShownScope } from '@/lib/contracts/identities';
import type { PrivilegeName } from '@/lib/contracts/privileges';
import { isEverywhere, sameScope, scopeBody, scopeWords } from './identity-words';

interface RemovePrivilegeDialogProps {
  identity: IdentityDetail;
  scope: ShownScope;
  /** The one that goes; without it the whole mask of the scope does. */
  name?: PrivilegeName;
  onClose: () => void;
}

export function RemovePrivilegeDialog({ identity, scope, name, onClose }: RemovePrivilegeDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const { userId, platform } = identity;
  const where = scopeWords(scope);
  const what = name ?? `the mask ${where}`;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${what} of ${printable(userId)}?`}
      action={name ? 'Remove' : 'Remove the mask'}
      askReason
      onConfirm={async (reason) => {
        const changed = await callRoute('identities.privileges', {
          params: { userId },
          body: {
            platform,
            reason,
            ...(!isEverywhere(scope) && { scope: scopeBody(scope) }),
            ...(name ? { revoke: [name] } : { clear: true }),
          },
        });
        client.setQueryData(identityKeys.one(identity), changed);
        void client.invalidateQueries({ queryKey: identityKeys.list() });
        toast.show(`Removed ${what} of ${printable(userId)}.`);
      }}
    >
      <p>{name ? `It does not hold ${name} ${where} from its next call on.` : maskWords(identity, scope)}</p>
      {identity.liveRuns > 0 && <p>Its {plural(identity.liveRuns, 'live run')} go on without it.</p>}
    </ConfirmDialog>
  );
}

function maskWords(identity: IdentityDetail, scope: ShownScope): string {
  const own = identity.masks.find((mask) => sameScope(mask.scope, scope))?.privileges ?? [];
  const lost = own.length === 0 ? 'no privilege' : joinWords(own);
  return `It grants ${lost}. From the next call on what is granted more widely counts ${scopeWords(scope)} again.`;
}
