'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { patchCredential } from '@/components/live/patch-credentials';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { printable } from '@/components/ui/printable';
import { ExactTime } from '@/components/ui/time';
import { useToast } from '@/components/ui/toast';
import type { CredentialSession, RevokedCredential } from '@/lib/contracts/credentials';
import { principalWords, providerNames } from './credential-words';

interface RevokeCredentialDialogProps {
  session: CredentialSession;
  /** Also has its cloud refuse what was issued already. */
  atProvider: boolean;
  onClose: () => void;
}

export function RevokeCredentialDialog({ session, atProvider, onClose }: RevokeCredentialDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const [refused, setRefused] = useState<RevokedCredential | null>(null);
  // As it was when the dialog was opened: the act itself ends the session under it.
  const [live] = useState(session.status === 'active');
  const provider = providerNames[session.provider];
  const who = principalWords(session.principalId).name;

  async function revoke(reason: string) {
    const answer = await callRoute('credentials.revoke', {
      params: { id: session.id },
      body: { reason, ...(atProvider && { hard: true }) },
    });
    const { hardRevoke, ...changed } = answer;
    patchCredential(client, changed);
    if (hardRevoke?.ok === false) return setRefused(answer);
    toast.show(atProvider ? `Revoked. ${hardRevoke?.message ?? ''}` : `Revoked the ${provider} session of ${who}.`);
    onClose();
  }

  if (refused) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={`${provider} did not take the revoke`}
        footer={
          <Button data-autofocus onClick={onClose}>
            Close
          </Button>
        }
      >
        <p className="break-words rounded-md bg-stop-ground px-2.5 py-1.5 text-stop">
          {printable(refused.hardRevoke?.message ?? '')}
        </p>
        <p className="pt-2.5 pb-1 text-muted">
          The session has ended here all the same: nothing more is issued. What was issued works at {provider} until its
          own end. You can try again from the session.
        </p>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      stayAfterConfirm
      title={titleOf({ live, atProvider, provider, who })}
      action={atProvider ? `Revoke at ${provider}` : 'Revoke session'}
      askReason
      onConfirm={revoke}
    >
      {live && <p>Nothing more is issued from now on{session.runId !== null && ', and the run goes on without'}.</p>}
      {atProvider ? (
        <p>
          {provider} refuses what was issued for this session, and no other session of the role. It cannot be undone.
        </p>
      ) : (
        <p>
          {session.issuedUntil !== null && (
            <>
              What was issued already works at {provider} until <ExactTime at={session.issuedUntil} />.{' '}
            </>
          )}
          It cannot be undone.
        </p>
      )}
    </ConfirmDialog>
  );
}

function titleOf({
  live,
  atProvider,
  provider,
  who,
}: Record<'provider' | 'who', string> & Record<'live' | 'atProvider', boolean>) {
  if (!live) return `Revoke at ${provider} what was issued?`;
  return `Revoke the ${provider} session of ${who}${atProvider ? `, at ${provider} too` : ''}?`;
}
