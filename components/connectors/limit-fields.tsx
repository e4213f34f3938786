import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { ConnectorProblems, ConnectorValues } from './connector-form';

interface LimitFieldsProps {
  values: ConnectorValues;
  onChange: (change: Partial<ConnectorValues>) => void;
  problems: ConnectorProblems;
  disabled: boolean;
  opened?: boolean;
}

const fields = [
  { name: 'callsPerMinute', label: 'Calls a minute', max: 1_000_000, preset: '10' },
  { name: 'callsPerRun', label: 'Calls a run', max: 100_000_000, preset: '60' },
  { name: 'outputKilobytes', label: 'Output, KiB', max: 16_384, preset: '256' },
  { name: 'timeoutSeconds', label: 'Time, seconds', max: 3600, preset: '' },
] as const;

/** Of one run each. Refused calls do not count. */
export function LimitFields({ values, onChange, problems, disabled, opened = false }: LimitFieldsProps) {
  return (
    <details open={opened}>
      <summary className="w-fit py-1 text-muted hover:text-text">Limits</summary>
      <div className="grid grid-cols-2 gap-3.5 pt-2 sm:grid-cols-4">
        {fields.map(({ name, label, max, preset }) => (
          <Field key={name} label={label} error={problems[name]}>
            {(control) => (
              <Input
                {...control}
                type="number"
                inputMode="numeric"
                min={1}
                max={max}
                step={1}
                placeholder={preset}
                disabled={disabled}
                value={values[name]}
                onChange={(event) => onChange({ [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </details>
  );
}
