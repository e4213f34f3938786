'use client';

import type { ChangeEvent } from 'react';
import { Field } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import type { UpstreamProblems, UpstreamValues } from './upstream-form';

interface UpstreamFieldsProps {
  values: UpstreamValues;
  onChange: (change: Partial<UpstreamValues>) => void;
  problems: UpstreamProblems;
  disabled: boolean;
}

const mono = {
  className: 'font-mono text-hint',
  autoCapitalize: 'off',
  autoComplete: 'off',
  spellCheck: false,
} as const;

export function UpstreamFields({ values, onChange, problems, disabled }: UpstreamFieldsProps) {
  const text = (name: keyof UpstreamValues) => ({
    ...mono,
    disabled,
    value: values[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange({ [name]: event.target.value }),
  });
  return (
    <>
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field label="Name" hint="As it is listed here. It stays." error={problems.id}>
          {(control) => <Input {...control} {...text('id')} data-autofocus maxLength={64} placeholder="team" />}
        </Field>
        <Field label="Gateway id" hint="As that connector knows this server." error={problems.gatewayId}>
          {(control) => <Input {...control} {...text('gatewayId')} maxLength={256} placeholder="my-gateway" />}
        </Field>
      </div>
      <Field label="Address" error={problems.url}>
        {(control) => (
          <Input {...control} {...text('url')} maxLength={2048} placeholder="wss://gatehouse.example.com/relay" />
        )}
      </Field>
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field
          label="Secret"
          hint="From its enrolment. Encrypted, and never shown again. Without one nothing it delivers is trusted."
          error={problems.secret}
        >
          {(control) => <Input {...control} {...text('secret')} type="password" maxLength={512} />}
        </Field>
        <Field
          label="Says hello for"
          hint="A line each: a platform, then the id of its bot where it has one."
          error={problems.identities}
        >
          {(control) => <Textarea {...control} {...text('identities')} rows={2} placeholder="discord support-bot" />}
        </Field>
      </div>
      <Field
        label="Command"
        hint="Started for each conversation that arrives. No shell reads the line: quotes group words, nothing is expanded."
        error={problems.command}
      >
        {(control) => <Input {...control} {...text('command')} placeholder="node agent.mjs" />}
      </Field>
      <div className="grid gap-3.5 sm:grid-cols-3">
        <Field label="Project" error={problems.projectId}>
          {(control) => <Input {...control} {...text('projectId')} maxLength={100} />}
        </Field>
        <Field label="Directory" optional error={problems.cwd}>
          {(control) => <Input {...control} {...text('cwd')} maxLength={4096} />}
        </Field>
        <Field label="Plugin" optional error={problems.pluginId}>
          {(control) => <Input {...control} {...text('pluginId')} maxLength={64} />}
        </Field>
      </div>
    </>
  );
}
