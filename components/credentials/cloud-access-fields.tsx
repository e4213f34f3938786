'use client';

import { useQuery } from '@tanstack/react-query';
import { profilesQuery, providersQuery } from '@/components/api/credential-queries';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';
import { ReasonField } from '@/components/ui/reason-field';
import type { CredentialProvider } from '@/lib/contracts/credentials';
import {
  type AccessProblems,
  accessProblem,
  asksForReason,
  type CloudAccessValues,
  longestMinutes,
  policyProblems,
  principalOf,
  providerOf,
  shortestMinutes,
} from './cloud-access-form';
import { providerNames, providers } from './credential-words';
import { PolicyFields } from './policy-fields';
import { profileWords } from './policy-words';

interface CloudAccessFieldsProps {
  values: CloudAccessValues;
  onChange: (change: Partial<CloudAccessValues>) => void;
  /** What the form itself has against a field. */
  problems: AccessProblems;
  /** What the server answered last. */
  error: unknown;
  /** Clouds that are asked for elsewhere in the same form. */
  taken?: readonly CredentialProvider[];
  disabled?: boolean;
}

/** Which cloud, as whom, what for and how long: the same wherever access is asked for. */
export function CloudAccessFields(props: CloudAccessFieldsProps) {
  const { values, onChange, problems, error, taken = [], disabled = false } = props;
  const { data: states = [] } = useQuery(providersQuery());
  const provider = providerOf(values, states);
  const state = states.find((each) => each.provider === provider);
  const problemOf = (name: keyof AccessProblems, path: string = name) => problems[name] ?? accessProblem(error, path);
  return (
    <>
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field
          label="Cloud"
          hint={state?.missing && <span className="text-wait">{printable(state.missing)}</span>}
          error={problemOf('provider')}
        >
          {(control) => (
            <Select
              {...control}
              disabled={disabled}
              value={provider}
              onChange={(event) =>
                onChange({
                  provider: providers.find((each) => each === event.target.value) ?? null,
                  principalId: null,
                  profile: '',
                })
              }
            >
              {providers
                .filter((each) => !taken.includes(each))
                .map((each) => (
                  <option key={each} value={each}>
                    {providerNames[each]}
                    {states.some((one) => one.provider === each && !one.configured) && ', not configured'}
                  </option>
                ))}
            </Select>
          )}
        </Field>
        <ProfileField {...props} provider={provider} />
      </div>
      <Field label="Acts as" hint={principalHints[provider]} error={problemOf('principalId')}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={2048}
            className="font-mono text-hint"
            autoCapitalize="off"
            autoComplete="off"
            spellCheck={false}
            disabled={disabled}
            value={principalOf(values, states)}
            onChange={(event) => onChange({ principalId: event.target.value })}
          />
        )}
      </Field>
      <PolicyFields
        provider={provider}
        allow={values.allow}
        resources={values.resources}
        onChange={onChange}
        needed={values.profile === ''}
        allowError={problemOf('allow')}
        resourcesError={problemOf('resources')}
        problems={policyProblems(error)}
        disabled={disabled}
      />
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field
          label="Session ends after"
          hint="Minutes, never later than its run."
          error={problemOf('ttlMinutes', 'ttlSeconds')}
        >
          {(control) => (
            <Input
              {...control}
              required
              type="number"
              inputMode="numeric"
              min={shortestMinutes(provider)}
              max={longestMinutes}
              disabled={disabled}
              value={values.ttlMinutes}
              onChange={(event) => onChange({ ttlMinutes: event.target.value })}
            />
          )}
        </Field>
        <Field label="Session budget" optional hint="US dollars, as they are reported." error={problemOf('budgetUsd')}>
          {(control) => (
            <Input
              {...control}
              type="number"
              inputMode="decimal"
              min="0.01"
              step="0.01"
              disabled={disabled}
              value={values.budgetUsd}
              onChange={(event) => onChange({ budgetUsd: event.target.value })}
            />
          )}
        </Field>
      </div>
      {(values.reason !== '' || asksForReason(error)) && (
        <ReasonField
          value={values.reason}
          onChange={(reason) => onChange({ reason })}
          disabled={disabled}
          error={accessProblem(error, 'reason')}
        />
      )}
    </>
  );
}

const principalHints: Record<CredentialProvider, string> = {
  aws: 'The ARN of a role that trusts this server.',
  gcp: 'The email of a service account this server may impersonate.',
  azure: 'A subscription or client id.',
};

function ProfileField({
  values,
  onChange,
  error,
  disabled,
  provider,
}: CloudAccessFieldsProps & { provider: CredentialProvider }) {
  const { data: profiles = [] } = useQuery(profilesQuery());
  const chosen = profiles.find(({ name }) => name === values.profile);
  return (
    <Field label="Profile" optional hint={chosen && profileWords(chosen)} error={accessProblem(error, 'profile')}>
      {(control) => (
        <Select
          {...control}
          disabled={disabled}
          value={values.profile}
          onChange={(event) => onChange({ profile: event.target.value })}
        >
          <option value="">None</option>
          {profiles
            .filter((each) => each.provider === provider)
            .map(({ name, description }) => (
              <option key={name} value={name} title={printable(description)}>
                {name}
              </option>
            ))}
        </Select>
      )}
    </Field>
  );
}
