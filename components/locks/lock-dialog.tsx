'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { upsert } from '@/components/live/patch-trust';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { joinWords, plural } from '@/components/ui/format';
import { LifetimeField } from '@/components/ui/lifetime-field';
import { printable } from '@/components/ui/printable';
import { ReasonField } from '@/components/ui/reason-field';
import { useToast } from '@/components/ui/toast';
import type { Lock, LockTarget } from '@/lib/contracts/locks';
import type { RouteResponse } from '@/lib/contracts/routes';
import { LockConsequence } from './lock-consequence';
import { LockTargetFields } from './lock-target-fields';

const lifetimes = [
  { label: 'Until somebody removes it', seconds: null },
  { label: '1 hour', seconds: 3600 },
  { label: '8 hours', seconds: 28_800 },
  { label: '1 day', seconds: 86_400 },
  { label: '7 days', seconds: 604_800 },
  { label: '30 days', seconds: 2_592_000 },
] as const;

interface LockDialogProps {
  /** Whom or what to lock; asked for when absent. */
  target?: LockTarget;
  onClose: () => void;
}

export function LockDialog({ target: given, onClose }: LockDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const [target, setTarget] = useState<LockTarget>(given ?? { kind: 'user', id: '' });
  const [message, setMessage] = useState('');
  const [lifetime, setLifetime] = useState('');
  const { pending, error, submit } = useSubmit(async () => {
    const { lock, ended } = await callRoute('locks.create', {
      body: {
        target,
        message,
        ...(lifetime !== '' && { expiresAt: new Date(Date.now() + Number(lifetime) * 1000).toISOString() }),
      },
    });
    client.setQueryData<Lock[]>(queryKeys.locks, (list) => list && upsert(list, lock.id, lock));
    toast.show(`Locked ${printable(lock.target.id)}${endedWords(ended)}.`);
    onClose();
  });
  const what = given ? `${given.kind} ${printable(given.id)}` : 'somebody or something';
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Lock ${given ? `the ${what}` : what}?`}
      locked={pending}
      role="alertdialog"
      footer={
        <>
          <Button data-autofocus={given ? true : undefined} onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="stop" type="submit" form="lock" pending={pending} disabled={target.id.trim() === ''}>
            Lock {target.kind}
          </Button>
        </>
      }
    >
      <form id="lock" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        {!given && (
          <LockTargetFields
            target={target}
            onChange={setTarget}
            disabled={pending}
            problem={fieldProblem(error, 'target')}
          />
        )}
        <LockConsequence target={target} />
        <ReasonField
          label="Message"
          hint="Shown to everybody it bites, and kept on the record."
          value={message}
          onChange={setMessage}
          disabled={pending}
          error={fieldProblem(error, 'message')}
        />
        <LifetimeField
          label="Ends after"
          lifetimes={lifetimes}
          value={lifetime}
          onChange={setLifetime}
          disabled={pending}
          error={fieldProblem(error, 'expiresAt')}
        />
        {!fieldProblem(error, 'message') && !fieldProblem(error, 'target') && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

function endedWords({ runs, calls }: RouteResponse<'locks.create'>['ended']): string {
  const words = [
    runs > 0 ? `ended ${plural(runs, 'run')}` : '',
    calls > 0 ? `cancelled ${plural(calls, 'call')}` : '',
  ].filter(Boolean);
  return words.length > 0 ? `: ${joinWords(words)}` : '';
}
