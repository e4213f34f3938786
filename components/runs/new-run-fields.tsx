import type { AccessProblems } from '@/components/credentials/cloud-access-form';
import { ChoiceCards } from '@/components/ui/choice-cards';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { NewRunCloud } from './new-run-cloud';
import { longestTtlMinutes, type NewRunValues, shortestTtlMinutes } from './new-run-form';
import { NewRunReach } from './new-run-reach';
import { splitCommand } from './split-command';

export interface NewRunFieldsProps {
  values: NewRunValues;
  onChange: (change: Partial<NewRunValues>) => void;
  /** What is wrong with a field, by its name here and its path in the body. */
  problemOf: (name: keyof NewRunValues, path: string) => string | null;
}
interface CloudProblems {
  /** What is wrong with each of the clouds it asks for. */
  cloudProblems: readonly AccessProblems[];
  /** What the server answered last. */
  error: unknown;
}

export function NewRunFields({ values, onChange, problemOf, cloudProblems, error }: NewRunFieldsProps & CloudProblems) {
  const set = (name: keyof NewRunValues) => (event: { target: { value: string } }) =>
    onChange({ [name]: event.target.value });
  return (
    <>
      <ChoiceCards
        legend="Kind"
        name="kind"
        choices={kinds}
        value={values.kind}
        onChange={(kind) => onChange({ kind })}
      />
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field label="Title" error={problemOf('title', 'title')}>
          {(control) => (
            <Input {...control} data-autofocus required maxLength={200} value={values.title} onChange={set('title')} />
          )}
        </Field>
        <Field label="Project" error={problemOf('projectId', 'projectId')}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={100}
              pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
              title="Letters, digits, dots, dashes and underscores"
              value={values.projectId}
              onChange={set('projectId')}
            />
          )}
        </Field>
      </div>
      <NewRunReach values={values} onChange={onChange} problemOf={problemOf} />
      {values.kind === 'pty' && (
        <>
          <Field
            label="Command"
            optional={values.pluginStartable}
            hint={
              values.pluginStartable && values.command.trim() === '' ? (
                'Left empty, the plugin starts its own.'
              ) : (
                <Arguments command={values.command} />
              )
            }
            error={problemOf('command', 'command')}
          >
            {(control) => (
              <Input
                {...control}
                className="font-mono text-hint"
                autoCapitalize="off"
                autoComplete="off"
                spellCheck={false}
                placeholder={values.pluginStartable ? "the plugin's own" : 'bash -l'}
                value={values.command}
                onChange={set('command')}
              />
            )}
          </Field>
          <Field
            label="Directory"
            optional
            hint="On the server. Left empty, the run gets an empty one of its own."
            error={problemOf('cwd', 'cwd')}
          >
            {(control) => (
              <Input
                {...control}
                className="font-mono text-hint"
                autoCapitalize="off"
                autoComplete="off"
                spellCheck={false}
                placeholder="/srv/project"
                value={values.cwd}
                onChange={set('cwd')}
              />
            )}
          </Field>
        </>
      )}
      <div className="grid gap-3.5 sm:grid-cols-3">
        <Field label="For" hint="Whose authority it acts with." error={problemOf('userId', 'principal')}>
          {(control) => <Input {...control} required maxLength={200} value={values.userId} onChange={set('userId')} />}
        </Field>
        <Field label="Ends after" hint="Minutes, at most a day." error={problemOf('ttlMinutes', 'ttlSeconds')}>
          {(control) => (
            <Input
              {...control}
              required
              type="number"
              inputMode="numeric"
              min={shortestTtlMinutes}
              max={longestTtlMinutes}
              value={values.ttlMinutes}
              onChange={set('ttlMinutes')}
            />
          )}
        </Field>
        <Field
          label="Budget"
          optional
          hint="US dollars. Spending more ends the run."
          error={problemOf('budgetUsd', 'budgetUsd')}
        >
          {(control) => (
            <Input
              {...control}
              type="number"
              inputMode="decimal"
              min="0.01"
              step="0.01"
              value={values.budgetUsd}
              onChange={set('budgetUsd')}
            />
          )}
        </Field>
      </div>
      <NewRunCloud
        accesses={values.credentials}
        onChange={(credentials) => onChange({ credentials })}
        problems={cloudProblems}
        error={error}
      />
    </>
  );
}

const kinds = [
  { value: 'pty', label: 'Terminal', hint: 'Gatehouse starts a command in a terminal you can watch and drive.' },
  { value: 'external', label: 'External', hint: 'Your agent runs elsewhere and is given a tool token.' },
] as const;

/** What the typed line comes apart into, so that nobody is surprised by a quote. */
function Arguments({ command }: { command: string }) {
  const split = splitCommand(command);
  if (!split.ok || split.argv.length === 0)
    return <>No shell reads the line: quotes group words, nothing is expanded.</>;
  return (
    <span className="flex flex-wrap items-center gap-1">
      {split.argv.map((arg, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place of an argument is what it is.
        <code key={index} className="max-w-full truncate rounded-sm border border-line-strong px-1 text-text">
          {arg === '' ? '""' : arg}
        </code>
      ))}
    </span>
  );
}
