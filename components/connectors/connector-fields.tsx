import type { ChangeEvent } from 'react';
import { CheckField } from '@/components/ui/check-field';
import { ChoiceCards } from '@/components/ui/choice-cards';
import { Field } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import type { ConnectorProblems, ConnectorValues } from './connector-form';
import { LimitFields } from './limit-fields';

interface ConnectorFieldsProps {
  values: ConnectorValues;
  onChange: (change: Partial<ConnectorValues>) => void;
  problems: ConnectorProblems;
  disabled: boolean;
  /** Its id cannot be changed any more, and its secrets are masked. */
  existing?: boolean;
}

const mono = {
  className: 'font-mono text-hint',
  autoCapitalize: 'off',
  autoComplete: 'off',
  spellCheck: false,
} as const;

export function ConnectorFields({ values, onChange, problems, disabled, existing = false }: ConnectorFieldsProps) {
  const set = (name: keyof ConnectorValues) => (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
    onChange({ [name]: event.target.value });
  return (
    <>
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field label="Name" error={problems.name}>
          {(control) => (
            <Input
              {...control}
              data-autofocus
              required
              maxLength={100}
              autoComplete="off"
              disabled={disabled}
              value={values.name}
              onChange={set('name')}
            />
          )}
        </Field>
        {!existing && (
          <Field label="Id" hint="What follows connector: in a grant. It stays." error={problems.id}>
            {(control) => (
              <Input
                {...control}
                {...mono}
                required
                pattern="[a-z0-9][a-z0-9_\-]{0,63}"
                title="Lower-case letters, digits, dashes and underscores"
                placeholder="github"
                disabled={disabled}
                value={values.id}
                onChange={set('id')}
              />
            )}
          </Field>
        )}
      </div>
      <ChoiceCards
        legend="Reached by"
        name="transport"
        choices={kinds}
        value={values.kind}
        onChange={(kind) => onChange({ kind })}
        disabled={disabled}
      />
      {values.kind === 'stdio' ? (
        <>
          <Field
            label="Command"
            hint="No shell reads the line: quotes group words, nothing is expanded."
            error={problems.command}
          >
            {(control) => (
              <Input
                {...control}
                {...mono}
                placeholder="npx -y @modelcontextprotocol/server-github"
                disabled={disabled}
                value={values.command}
                onChange={set('command')}
              />
            )}
          </Field>
          <Field
            label="Environment"
            optional
            hint={secretHint('A line each: NAME=value. It sees these and little else.', existing)}
            error={problems.env}
          >
            {(control) => (
              <Textarea
                {...control}
                {...mono}
                placeholder="GITHUB_TOKEN=…"
                disabled={disabled}
                value={values.env}
                onChange={set('env')}
              />
            )}
          </Field>
          <Field label="Directory" optional hint="On the server." error={problems.cwd}>
            {(control) => <Input {...control} {...mono} disabled={disabled} value={values.cwd} onChange={set('cwd')} />}
          </Field>
        </>
      ) : (
        <>
          <Field label="Address" error={problems.url}>
            {(control) => (
              <Input
                {...control}
                {...mono}
                maxLength={2048}
                placeholder="https://mcp.example.com/mcp"
                disabled={disabled}
                value={values.url}
                onChange={set('url')}
              />
            )}
          </Field>
          <Field
            label="Headers"
            optional
            hint={secretHint('A line each: Name: value.', existing)}
            error={problems.headers}
          >
            {(control) => (
              <Textarea
                {...control}
                {...mono}
                rows={2}
                placeholder="Authorization: Bearer …"
                disabled={disabled}
                value={values.headers}
                onChange={set('headers')}
              />
            )}
          </Field>
          <CheckField
            id="private-host"
            label="Allow this host to be private"
            hint="Otherwise an address inside your own network, or on this machine, is refused."
            checked={values.allowPrivateHost}
            disabled={disabled}
            onChange={(checked) => onChange({ allowPrivateHost: checked })}
          />
        </>
      )}
      <LimitFields values={values} onChange={onChange} disabled={disabled} problems={problems} />
    </>
  );
}

function secretHint(hint: string, existing: boolean): string {
  return `${hint} ${existing ? 'A value left as dots stays as it is.' : 'Values are encrypted and never shown again.'}`;
}

const kinds = [
  { value: 'stdio', label: 'A process', hint: 'Gatehouse starts the server here and speaks with it over its pipes.' },
  { value: 'http', label: 'An address', hint: 'The server runs elsewhere and speaks streamable HTTP.' },
] as const;
