'use client';

import { useMe } from '@/components/api/use-me';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { useToast } from '@/components/ui/toast';
import type { Operator } from '@/lib/contracts/operators';
import { OwnPasswordDialog } from './own-password-dialog';
import { PasswordDialog } from './password-dialog';
import { RoleDialog } from './role-dialog';
import { useOperatorActs } from './use-operator-acts';

export interface OperatorAct {
  kind: 'role' | 'password' | 'sign-out' | 'disable' | 'enable';
  operator: Operator;
}

export function OperatorActDialog({ act, onClose }: { act: OperatorAct; onClose: () => void }) {
  const { kind, operator } = act;
  const { me } = useMe();
  const { update, signOut } = useOperatorActs();
  const toast = useToast();
  const isMe = me?.operator.id === operator.id;
  const whose = isMe ? 'Your' : 'Their';
  switch (kind) {
    case 'role':
      return <RoleDialog operator={operator} isMe={isMe} onClose={onClose} />;
    case 'password':
      return isMe ? (
        <OwnPasswordDialog email={operator.email} onClose={onClose} />
      ) : (
        <PasswordDialog operator={operator} onClose={onClose} />
      );
    case 'sign-out':
      return (
        <ConfirmDialog
          open
          onClose={onClose}
          title={`Sign ${operator.name} out everywhere?`}
          action="Sign out everywhere"
          onConfirm={async () => {
            await signOut(operator);
            toast.show(`${operator.name} is signed out everywhere.`);
          }}
        >
          {whose} sessions end at once, on every device, and open terminals lose their connection. Runs go on.
        </ConfirmDialog>
      );
    case 'disable':
      return (
        <ConfirmDialog
          open
          onClose={onClose}
          title={`Disable ${operator.name}?`}
          action={`Disable ${operator.name}`}
          onConfirm={async () => {
            await update(operator, { disabled: true });
            toast.show(`${operator.name} is disabled.`);
          }}
        >
          {whose} sessions end at once, and signing in is refused until an admin enables the account again. Runs{' '}
          {isMe ? 'you' : 'they'} started go on.
        </ConfirmDialog>
      );
    case 'enable':
      return (
        <ConfirmDialog
          open
          onClose={onClose}
          title={`Enable ${operator.name}?`}
          action={`Enable ${operator.name}`}
          onConfirm={async () => {
            await update(operator, { disabled: false });
            toast.show(`${operator.name} may sign in again.`);
          }}
        >
          They may sign in again as {operator.role}, with the password they had.
        </ConfirmDialog>
      );
  }
}
