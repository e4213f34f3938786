import { Field } from './field';
import { Input } from './input';

interface ReasonFieldProps {
  label?: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
  disabled: boolean;
  error: string | null;
  /** Where the dialog asks for little else. */
  focused?: boolean;
}

/** The sentence that stays on the record. */
export function ReasonField(props: ReasonFieldProps) {
  const { label = 'Reason', hint = 'Kept on the record for good.', value, onChange, disabled, error, focused } = props;
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          data-autofocus={focused}
          required
          maxLength={500}
          autoComplete="off"
          disabled={disabled}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
