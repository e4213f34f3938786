'use client';

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { Run } from '@/lib/contracts/runs';
import { toolOperations } from '@/lib/contracts/tokens';

export function MintTokenDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const client = useQueryClient();
  const [minutes, setMinutes] = useState('15');
  const [operations, setOperations] = useState<readonly string[]>([]);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [secret, setSecret] = useState<string | null>(null);

  async function mint(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setError(null);
    try {
      const minted = await callRoute('runs.mintToken', {
        params: { id: run.id },
        body: {
          ttlSeconds: Math.round(Number(minutes) * 60),
          ...(operations.length > 0 && { allowedOperations: [...operations] }),
        },
      });
      setSecret(minted.token);
      void client.invalidateQueries({ queryKey: queryKeys.tokens({ runId: run.id }) });
    } catch (cause) {
      setError(cause);
    } finally {
      setPending(false);
    }
  }

  if (secret) {
    return (
      <Dialog
        open
        onClose={onClose}
        title="The new token"
        width="wide"
        footer={
          <Button tone="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <p className="pb-3 text-muted">
          It is shown this once: copy it now. If it is lost, revoke it and mint another.
        </p>
        <SecretOnce secret={secret} label="Copy token" />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Mint a token"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="mint-token" pending={pending}>
            Mint the token
          </Button>
        </>
      }
    >
      <form id="mint-token" onSubmit={(event) => void mint(event)} className="flex flex-col gap-3.5 pb-1">
        <Field
          label="Minutes to live"
          hint="A use in its second half puts the end off, never past the end of the run."
          error={fieldProblem(error, 'ttlSeconds')}
        >
          {(control) => (
            <Input
              {...control}
              type="number"
              min={1}
              max={1440}
              step={1}
              required
              value={minutes}
              onChange={(event) => setMinutes(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-1.5">
          <legend className="pb-1 font-medium">May do</legend>
          {toolOperations.map((operation) => (
            <label key={operation} htmlFor={`may ${operation}`} className="flex items-center gap-2 max-md:min-h-9">
              <Checkbox
                id={`may ${operation}`}
                checked={operations.includes(operation)}
                onChange={(event) =>
                  setOperations(
                    event.target.checked ? [...operations, operation] : operations.filter((each) => each !== operation),
                  )
                }
              />
              <code>{operation}</code>
            </label>
          ))}
          <p className="text-hint text-muted">With none chosen it may do all that the run may.</p>
        </fieldset>
        <InlineError error={error} />
      </form>
    </Dialog>
  );
}
