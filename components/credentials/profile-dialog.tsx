'use client';

import { useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import type { CredentialProfile } from '@/lib/contracts/credentials';
import { placedProblems, policyProblems } from './cloud-access-form';
import { providerNames, providers } from './credential-words';
import { PolicyFields } from './policy-fields';

interface ProfileDialogProps {
  /** Null for a new one. */
  profile: CredentialProfile | null;
  onClose: () => void;
  onSaved: () => void;
}

export function ProfileDialog({ profile, onClose, onSaved }: ProfileDialogProps) {
  const toast = useToast();
  const [values, setValues] = useState({
    name: profile?.name ?? '',
    provider: profile?.provider ?? providers[0] ?? 'aws',
    description: profile?.description ?? '',
    allow: profile?.policy.allow.join(', ') ?? '',
    resources: profile?.policy.resources.join('\n') ?? '',
  });
  const change = (part: Partial<typeof values>) => setValues({ ...values, ...part });
  const { pending, error, submit } = useSubmit(async () => {
    const { name, provider, description, allow } = values;
    const resources = values.resources
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    await callRoute('profiles.save', { params: { name }, body: { provider, description, allow, resources } });
    toast.show(`Saved ${name}.`);
    onSaved();
    onClose();
  });
  const problems = policyProblems(error);
  return (
    <Dialog
      open
      onClose={onClose}
      title={profile ? `Change ${profile.name}` : 'New cloud profile'}
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="cloud-profile" pending={pending}>
            Save the profile
          </Button>
        </>
      }
    >
      <form id="cloud-profile" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <div className="grid gap-3.5 sm:grid-cols-2">
          <Field label="Name" error={fieldProblem(error, 'name')}>
            {(control) => (
              <Input
                {...control}
                data-autofocus={!profile}
                required
                readOnly={profile !== null}
                pattern="[a-z0-9][a-z0-9\-]{0,63}"
                title="Lower-case letters, digits and dashes"
                autoCapitalize="off"
                autoComplete="off"
                disabled={pending}
                value={values.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label="Cloud" error={fieldProblem(error, 'provider')}>
            {(control) => (
              <Select
                {...control}
                disabled={pending}
                value={values.provider}
                onChange={(event) =>
                  change({ provider: providers.find((each) => each === event.target.value) ?? 'aws' })
                }
              >
                {providers.map((each) => (
                  <option key={each} value={each}>
                    {providerNames[each]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Field label="For" hint="What it is there for, in a sentence." error={fieldProblem(error, 'description')}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={200}
              disabled={pending}
              value={values.description}
              onChange={(event) => change({ description: event.target.value })}
            />
          )}
        </Field>
        <PolicyFields
          provider={values.provider}
          allow={values.allow}
          resources={values.resources}
          onChange={change}
          needed
          allowError={fieldProblem(error, 'allow')}
          resourcesError={fieldProblem(error, 'resources')}
          problems={problems}
          disabled={pending}
        />
        {(problems.length === 0 || placedProblems(problems, values).elsewhere.length > 0) && (
          <InlineError error={error} />
        )}
      </form>
    </Dialog>
  );
}
