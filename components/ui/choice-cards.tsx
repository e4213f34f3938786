'use client';

import { cn } from './cn';

interface ChoiceCardsProps<Value extends string> {
  /** Said to those who cannot see that the cards belong together. */
  legend: string;
  name: string;
  choices: ReadonlyArray<{ value: Value; label: string; hint: string }>;
  value: Value;
  onChange: (value: Value) => void;
  disabled?: boolean;
  /** Beside each other, where there is room. */
  columns?: 2 | 3;
}

/** A choice of few, each with a line that says what it means. */
export function ChoiceCards<Value extends string>(props: ChoiceCardsProps<Value>) {
  const { legend, name, choices, value, onChange, disabled = false, columns = 2 } = props;
  return (
    <fieldset disabled={disabled} className={cn('grid gap-2', columns === 2 ? 'sm:grid-cols-2' : 'sm:grid-cols-3')}>
      <legend className="sr-only">{legend}</legend>
      {choices.map((each) => (
        <label
          key={each.value}
          className="flex cursor-pointer gap-2.5 rounded-md border border-line-strong p-2.5 has-checked:border-text has-focus-visible:outline-2 has-focus-visible:outline-info"
        >
          <input
            type="radio"
            name={name}
            checked={value === each.value}
            onChange={() => onChange(each.value)}
            className="mt-0.5 accent-text outline-none"
          />
          <span>
            <span className="font-medium">{each.label}</span>
            <span className="block text-hint text-muted">{each.hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
