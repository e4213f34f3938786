'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { providersQuery } from '@/components/api/credential-queries';
import { useMe } from '@/components/api/use-me';
import { EnvOnce } from '@/components/credentials/env-once';
import { Button } from '@/components/ui/button';
import { SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import { useStoredState } from '@/components/ui/use-stored-state';
import type { RouteResponse } from '@/lib/contracts/routes';
import { MissingCapabilities, missingCapabilities } from './missing-capabilities';
import { NewRunFields } from './new-run-fields';
import { checkClouds, checkNewRun, type NewRunValues, newRunBody } from './new-run-form';

export function NewRunDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const toast = useToast();
  const { me } = useMe();
  const [lastProject, setLastProject] = useStoredState('gatehouse.last-project', '', (stored) =>
    typeof stored === 'string' ? stored : null,
  );
  const [edits, setEdits] = useState<Partial<NewRunValues>>({});
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [created, setCreated] = useState<RouteResponse<'runs.create'> | null>(null);
  const values: NewRunValues = {
    title: '',
    projectId: lastProject,
    kind: 'pty',
    pluginId: '',
    pluginStartable: false,
    connectors: null,
    command: '',
    cwd: '',
    userId: me?.operator.email ?? '',
    ttlMinutes: '60',
    budgetUsd: '',
    credentials: [],
    ...edits,
  };
  const missing = missingCapabilities(error, values.pluginId);
  const problems = tried ? checkNewRun(values) : {};
  const { data: states = [] } = useQuery(providersQuery());

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const found = [checkNewRun(values), ...checkClouds(values, states)];
    if (found.some((each) => Object.keys(each).length > 0)) return;
    setPending(true);
    setError(null);
    try {
      const answer = await callRoute('runs.create', { body: newRunBody(values, states) });
      setLastProject(values.projectId);
      if (answer.token) {
        setCreated(answer);
        setPending(false);
      } else {
        if (answer.notices && answer.notices.length > 0) toast.show(answer.notices.join(' '));
        onClose();
        router.push(`/runs/${answer.run.id}`);
      }
    } catch (cause) {
      setError(cause);
      setPending(false);
    }
  }

  if (created?.token) {
    const open = () => {
      onClose();
      router.push(`/runs/${created.run.id}`);
    };
    return (
      <Dialog
        open
        onClose={open}
        title="The run has its token"
        width="wide"
        footer={
          <Button tone="primary" onClick={open}>
            Open the run
          </Button>
        }
      >
        <p className="pb-3 text-muted">
          The agent sends it as <code>Authorization: Bearer …</code> with every tool call. It is shown this once: copy
          it now. If it is lost, revoke it and mint another on the run's page.
        </p>
        <SecretOnce secret={created.token.token} label="Copy token" />
        {created.notices?.map((notice) => (
          <p key={notice} className="mt-3 rounded-md bg-wait-ground px-2.5 py-1.5 text-wait">
            {printable(notice)}
          </p>
        ))}
        {created.env && (
          <>
            <p className="pt-4 pb-3 text-muted">
              For its cloud access, set these where the agent starts. They too are shown this once: its cloud's own SDK
              finds them and asks here for credentials.
            </p>
            <EnvOnce env={created.env} />
          </>
        )}
      </Dialog>
    );
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title="New run"
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="new-run" pending={pending}>
            {values.kind === 'pty' ? 'Start the run' : 'Register the run'}
          </Button>
        </>
      }
    >
      <form
        id="new-run"
        noValidate={false}
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-3.5 pb-1"
      >
        <NewRunFields
          values={values}
          onChange={(change) => setEdits({ ...edits, ...change })}
          cloudProblems={tried ? checkClouds(values, states) : []}
          error={error}
          problemOf={(name, path) => problems[name] ?? fieldProblem(error, path)}
        />
        {!missing && <InlineError error={error} />}
      </form>
      {missing && <MissingCapabilities missing={missing} onGranted={() => setError(null)} />}
    </Dialog>
  );
}
