'use client';

import { Field } from './field';
import { Select } from './input';

interface LifetimeFieldProps {
  label: string;
  /** `null` for one that has no end, which is the value ''. */
  lifetimes: ReadonlyArray<{ label: string; seconds: number | null }>;
  value: string;
  onChange: (value: string) => void;
  disabled: boolean;
  error?: string | null;
}

/** How long something lasts, as seconds in a text. */
export function LifetimeField({ label, lifetimes, value, onChange, disabled, error = null }: LifetimeFieldProps) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Select {...control} disabled={disabled} value={value} onChange={(event) => onChange(event.target.value)}>
          {lifetimes.map((each) => (
            <option key={each.label} value={each.seconds ?? ''}>
              {each.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
