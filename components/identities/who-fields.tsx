import { fieldProblem } from '@/components/api/api-error';
import type { Who } from '@/components/api/identity-queries';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

interface WhoFieldsProps {
  who: Who;
  onChange: (who: Who) => void;
  disabled: boolean;
  error: unknown;
}

/** To whom: one user of one platform, seen before or not. */
export function WhoFields({ who, onChange, disabled, error }: WhoFieldsProps) {
  const common = { required: true, autoCapitalize: 'off', autoComplete: 'off', spellCheck: false, disabled } as const;
  return (
    <div className="grid gap-3.5 sm:grid-cols-[minmax(0,1fr)_160px]">
      <Field label="User" hint="The id as runs and records name it." error={fieldProblem(error, 'userId')}>
        {(control) => (
          <Input
            {...control}
            {...common}
            data-autofocus
            maxLength={200}
            value={who.userId}
            onChange={(event) => onChange({ ...who, userId: event.target.value })}
          />
        )}
      </Field>
      <Field label="Platform" error={fieldProblem(error, 'platform')}>
        {(control) => (
          <Input
            {...control}
            {...common}
            maxLength={64}
            value={who.platform}
            onChange={(event) => onChange({ ...who, platform: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
