'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { rowsOf, runsQuery } from '@/components/api/queries';
import { Field } from '@/components/ui/field';
import { shortId } from '@/components/ui/format';
import { Select } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';

const liveRuns = { status: 'live' };

interface RunFieldProps {
  value: string;
  onChange: (runId: string) => void;
  disabled: boolean;
}

/** The live run that a session is for, and ends with. */
export function RunField({ value, onChange, disabled }: RunFieldProps) {
  const { data } = useInfiniteQuery(runsQuery(liveRuns));
  return (
    <Field
      label="Run"
      optional
      hint={
        value === '' ? 'Without one you are given variables for a process of your own.' : 'The session ends with it.'
      }
    >
      {(control) => (
        <Select {...control} disabled={disabled} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">None</option>
          {rowsOf(data).map((run) => (
            <option key={run.id} value={run.id}>
              {printable(run.title)}, {shortId(run.id)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
