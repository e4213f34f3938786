'use client';

import type { ChangeEvent } from 'react';
import { CheckField } from '@/components/ui/check-field';
import { ChoiceCards } from '@/components/ui/choice-cards';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { PlatformProblems } from './add-platform-dialog';
import type { PlatformValues } from './platform-form';

interface PlatformFieldsProps {
  values: PlatformValues;
  onChange: (change: Partial<PlatformValues>) => void;
  problems: PlatformProblems;
  disabled: boolean;
  offerPrivateHost: boolean;
}

const mono = {
  className: 'font-mono text-hint',
  autoCapitalize: 'off',
  autoComplete: 'off',
  spellCheck: false,
} as const;

const kinds = [
  {
    value: 'webhook',
    label: 'Webhook',
    hint: 'Your own system posts what its users write, and is posted the answers.',
  },
  { value: 'telegram', label: 'Telegram', hint: 'A bot of BotFather. Gatehouse asks Telegram; no port is needed.' },
  { value: 'discord', label: 'Discord', hint: 'A bot of the developer portal, over its own socket.' },
] as const;

export function PlatformFields({ values, onChange, problems, disabled, offerPrivateHost }: PlatformFieldsProps) {
  const text = (name: Exclude<keyof PlatformValues, 'kind' | 'allowPrivateHost'>) => ({
    disabled,
    value: values[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => onChange({ [name]: event.target.value }),
  });
  return (
    <>
      <ChoiceCards
        legend="Kind"
        columns={3}
        name="platform-kind"
        choices={kinds}
        value={values.kind}
        onChange={(kind) => onChange({ kind })}
        disabled={disabled}
      />
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field label="Name" hint="As gateways name it. It stays." error={problems.id}>
          {(control) => (
            <Input
              {...control}
              {...mono}
              {...text('id')}
              data-autofocus
              required
              pattern="[a-z0-9][a-z0-9_\-]{0,63}"
              title="Lower-case letters, digits, dashes and underscores"
              placeholder={values.kind === 'webhook' ? 'helpdesk' : values.kind}
            />
          )}
        </Field>
        <Field label="Label" optional hint="For people." error={problems.label}>
          {(control) => <Input {...control} {...text('label')} maxLength={100} autoComplete="off" />}
        </Field>
      </div>
      {values.kind === 'webhook' ? (
        <Field
          label="Answers go to"
          hint="What gateways do there is posted to this address, signed with the same secret."
          error={problems.outboundUrl}
        >
          {(control) => (
            <Input
              {...control}
              {...mono}
              {...text('outboundUrl')}
              type="url"
              required
              maxLength={2048}
              placeholder="https://helpdesk.example.com/gatehouse"
            />
          )}
        </Field>
      ) : (
        <Field label="Bot token" hint="Encrypted, and never shown again." error={problems.botToken}>
          {(control) => (
            <Input
              {...control}
              {...mono}
              {...text('botToken')}
              type="password"
              required
              minLength={8}
              maxLength={512}
            />
          )}
        </Field>
      )}
      {values.kind === 'discord' && (
        <Field
          label="Public key"
          optional
          hint="Of the application, in hexadecimal: then Discord may post interactions here. Without it they come over the bot’s socket."
          error={problems.publicKey}
        >
          {(control) => <Input {...control} {...mono} {...text('publicKey')} maxLength={64} />}
        </Field>
      )}
      {values.kind === 'webhook'
        ? offerPrivateHost && (
            <CheckField
              id="allow-private-platform"
              label="Allow this host to be private"
              hint="Gatehouse then sends to it inside your own network. Other hosts stay refused."
              checked={values.allowPrivateHost}
              disabled={disabled}
              onChange={(checked) => onChange({ allowPrivateHost: checked })}
            />
          )
        : null}
      {values.kind !== 'webhook' && (
        <Field
          label="Address of its API"
          optional
          hint="Where the platform is reached by another way than its own."
          error={problems.apiRoot}
        >
          {(control) => <Input {...control} {...mono} {...text('apiRoot')} type="url" maxLength={2048} />}
        </Field>
      )}
    </>
  );
}
