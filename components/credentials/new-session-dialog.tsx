'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { providersQuery } from '@/components/api/credential-queries';
import { patchCredential } from '@/components/live/patch-credentials';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { useToast } from '@/components/ui/toast';
import type { CreatedCredential } from '@/lib/contracts/credentials';
import { CloudAccessFields } from './cloud-access-fields';
import {
  accessBody,
  accessProblem,
  type CloudAccessValues,
  checkAccess,
  emptyAccess,
  placedProblems,
  policyProblems,
} from './cloud-access-form';
import { RunField } from './run-field';
import { SessionOpened } from './session-opened';

interface NewSessionDialogProps {
  /** The run it is for; asked where none is given. */
  runId?: string;
  onClose: () => void;
  onOpened: (id: string) => void;
}

export function NewSessionDialog({ runId: fixedRunId, onClose, onOpened }: NewSessionDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const { data: states = [] } = useQuery(providersQuery());
  const [edits, setEdits] = useState<Partial<CloudAccessValues>>({});
  const [runId, setRunId] = useState(fixedRunId ?? '');
  const [tried, setTried] = useState(false);
  const [created, setCreated] = useState<CreatedCredential | null>(null);
  const values = { ...emptyAccess, ...edits };
  const problems = tried ? checkAccess(values, states) : {};
  const { pending, error, submit } = useSubmit(async () => {
    setTried(true);
    if (Object.keys(checkAccess(values, states)).length > 0) return;
    const answer = await callRoute('credentials.create', {
      body: { ...accessBody(values, states), ...(runId !== '' && { runId }) },
    });
    const { env, notices, reused, ...session } = answer;
    patchCredential(client, session);
    if (env || notices.length > 0 || reused) return setCreated(answer);
    toast.show('The session is open.');
    onClose();
    onOpened(session.id);
  });
  if (created) {
    return (
      <SessionOpened
        created={created}
        onClose={() => {
          onClose();
          onOpened(created.id);
        }}
      />
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="New cloud session"
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="new-session" pending={pending}>
            Open the session
          </Button>
        </>
      }
    >
      <form id="new-session" noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <CloudAccessFields
          values={values}
          onChange={(change) => setEdits({ ...edits, ...change })}
          problems={problems}
          error={error}
          disabled={pending}
        />
        {fixedRunId === undefined && <RunField value={runId} onChange={setRunId} disabled={pending} />}
        {!isPlaced(error, values) && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

/** What is said beside a field is not said a second time. */
function isPlaced(error: unknown, values: CloudAccessValues): boolean {
  const problems = policyProblems(error);
  if (problems.length > 0) return placedProblems(problems, values).elsewhere.length === 0;
  const fields = ['provider', 'principalId', 'profile', 'allow', 'resources', 'ttlSeconds', 'budgetUsd', 'reason'];
  return fields.some((name) => accessProblem(error, name) !== null);
}
