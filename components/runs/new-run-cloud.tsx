'use client';

import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { providersQuery } from '@/components/api/credential-queries';
import { CloudAccessFields } from '@/components/credentials/cloud-access-fields';
import {
  type AccessProblems,
  emptyAccess,
  policyProblems,
  providerOf,
} from '@/components/credentials/cloud-access-form';
import { providerNames, providers } from '@/components/credentials/credential-words';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import type { NewRunValues } from './new-run-form';

interface NewRunCloudProps {
  accesses: NewRunValues['credentials'];
  onChange: (accesses: NewRunValues['credentials']) => void;
  problems: readonly AccessProblems[];
  error: unknown;
}

/** Access to clouds for as long as the run lives: at most one session at each. */
export function NewRunCloud({ accesses, onChange, problems, error }: NewRunCloudProps) {
  const { data: states = [] } = useQuery(providersQuery());
  const taken = accesses.map((access) => providerOf(access, states));
  // One that can be asked first.
  const free = [...states]
    .sort((a, b) => Number(b.configured) - Number(a.configured))
    .map(({ provider }) => provider)
    .concat(states.length === 0 ? providers : [])
    .find((provider) => !taken.includes(provider));
  return (
    <section aria-label="Cloud access" className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-medium">
          Cloud access <span className="ml-1 font-normal text-muted">optional</span>
        </h3>
        {free && (
          <Button size="small" onClick={() => onChange([...accesses, { ...emptyAccess, provider: free }])}>
            <Icon of={Plus} size={13} /> {accesses.length === 0 ? 'Give access to a cloud' : 'Another cloud'}
          </Button>
        )}
      </div>
      {accesses.map((access, index) => {
        const provider = providerOf(access, states);
        return (
          <fieldset key={provider} className="flex min-w-0 flex-col gap-3.5 rounded-md border border-line p-3">
            <legend className="sr-only">{providerNames[provider]}</legend>
            <CloudAccessFields
              values={access}
              onChange={(change) =>
                onChange(accesses.map((each, at) => (at === index ? { ...each, ...change } : each)))
              }
              problems={problems[index] ?? {}}
              // Of several the server does not say which one it means, save by the items of a policy.
              error={accesses.length > 1 && policyProblems(error).length === 0 ? null : error}
              taken={taken.filter((each) => each !== provider)}
            />
            <Button
              tone="quiet"
              size="small"
              onClick={() => onChange(accesses.filter((_, at) => at !== index))}
              className="self-start"
            >
              Without {providerNames[provider]}
            </Button>
          </fieldset>
        );
      })}
    </section>
  );
}
