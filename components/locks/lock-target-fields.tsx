'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { operatorsQuery, rowsOf } from '@/components/api/queries';
import { connectorsQuery, pluginsQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';
import type { LockKind, LockTarget } from '@/lib/contracts/locks';
import { lockKindWords } from './lock-words';

interface LockTargetFieldsProps {
  target: LockTarget;
  onChange: (target: LockTarget) => void;
  disabled: boolean;
  problem: string | null;
}

/** Locks on operators are for admins. */
const kinds: readonly LockKind[] = ['user', 'project', 'plugin', 'connector'];
const adminKinds: readonly LockKind[] = [...kinds, 'operator'];
const hints: Record<LockKind, string> = {
  user: 'The id the runs are for, or an alias of it.',
  project: 'As it stands on the runs.',
  plugin: '',
  connector: '',
  operator: '',
};

export function LockTargetFields({ target, onChange, disabled, problem }: LockTargetFieldsProps) {
  const { can } = useMe();
  const offered = can('settings.manage') ? adminKinds : kinds;
  const choices = useChoices(target.kind);
  const set = (id: string) => onChange({ ...target, id });
  return (
    <div className="grid gap-3.5 sm:grid-cols-[140px_minmax(0,1fr)]">
      <Field label="Lock">
        {(control) => (
          <Select
            {...control}
            data-autofocus
            disabled={disabled}
            value={target.kind}
            onChange={({ target: { value } }) =>
              onChange({ kind: offered.find((kind) => kind === value) ?? 'user', id: '' })
            }
          >
            {offered.map((kind) => (
              <option key={kind} value={kind}>
                {lockKindWords[kind]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Which" hint={choices ? undefined : hints[target.kind]} error={problem}>
        {(control) =>
          choices ? (
            <Select
              {...control}
              required
              disabled={disabled}
              value={target.id}
              onChange={(event) => set(event.target.value)}
            >
              <option value="">Choose…</option>
              {choices.map(({ id, name }) => (
                <option key={id} value={id}>
                  {printable(name)}
                </option>
              ))}
            </Select>
          ) : (
            <Input
              {...control}
              required
              maxLength={200}
              autoCapitalize="off"
              autoComplete="off"
              spellCheck={false}
              disabled={disabled}
              value={target.id}
              onChange={(event) => set(event.target.value)}
            />
          )
        }
      </Field>
    </div>
  );
}

/** What there is to choose from, where the server lists it and this operator may see the list. */
function useChoices(kind: LockKind): readonly { id: string; name: string }[] | undefined {
  const { me, can } = useMe();
  const plugins = useQuery({ ...pluginsQuery(), enabled: kind === 'plugin' });
  const connectors = useQuery({ ...connectorsQuery(), enabled: kind === 'connector' });
  const operators = useInfiniteQuery({
    ...operatorsQuery(),
    enabled: kind === 'operator' && can('settings.manage'),
  });
  if (kind === 'plugin') return plugins.data;
  if (kind === 'connector') return connectors.data;
  // Nobody locks themselves out: another admin does.
  return kind === 'operator' ? rowsOf(operators.data).filter(({ id }) => id !== me?.operator.id) : undefined;
}
