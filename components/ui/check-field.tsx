import type { ReactNode } from 'react';
import { Checkbox } from './checkbox';

interface CheckFieldProps {
  /** Of the whole page. */
  id: string;
  label: string;
  hint: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** One thing that may be allowed, and what follows from it. */
export function CheckField({ id, label, hint, checked, disabled, onChange }: CheckFieldProps) {
  return (
    <label htmlFor={id} className="flex items-start gap-2.5">
      <Checkbox
        id={id}
        className="mt-0.5"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        <span className="block text-hint text-muted">{hint}</span>
      </span>
    </label>
  );
}
