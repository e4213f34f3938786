import { fieldProblem } from '@/components/api/api-error';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import type { ShownScope } from '@/lib/contracts/identities';

interface ScopeFieldsProps {
  scope: ShownScope;
  onChange: (scope: ShownScope) => void;
  disabled: boolean;
  error: unknown;
}

const kinds = {
  everywhere: { label: 'Everywhere', scope: { guildId: null, channelId: null } },
  guild: { label: 'In a guild', scope: { guildId: '', channelId: null } },
  both: { label: 'In a channel of a guild', scope: { guildId: '', channelId: '' } },
  channel: { label: 'In a channel', scope: { guildId: null, channelId: '' } },
} as const;
type Kind = keyof typeof kinds;

/** Where a grant counts. The ids are the platform's own, as records carry them. */
export function ScopeFields({ scope, onChange, disabled, error }: ScopeFieldsProps) {
  return (
    <div className="grid gap-3.5 sm:grid-cols-[190px_minmax(0,1fr)]">
      <Field label="Where">
        {(control) => (
          <Select
            {...control}
            disabled={disabled}
            value={kindOf(scope)}
            onChange={(event) => onChange(kinds[event.target.value as Kind].scope)}
          >
            {Object.entries(kinds).map(([kind, { label }]) => (
              <option key={kind} value={kind}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex flex-col gap-3.5">
        {scope.guildId !== null && (
          <IdField
            label="Guild"
            value={scope.guildId}
            problem={fieldProblem(error, 'scope.guildId')}
            disabled={disabled}
            onChange={(guildId) => onChange({ ...scope, guildId })}
          />
        )}
        {scope.channelId !== null && (
          <IdField
            label="Channel"
            value={scope.channelId}
            problem={fieldProblem(error, 'scope.channelId')}
            disabled={disabled}
            onChange={(channelId) => onChange({ ...scope, channelId })}
          />
        )}
      </div>
    </div>
  );
}

function kindOf({ guildId, channelId }: ShownScope): Kind {
  if (guildId !== null) return channelId === null ? 'guild' : 'both';
  return channelId === null ? 'everywhere' : 'channel';
}

interface IdFieldProps {
  label: string;
  value: string;
  problem: string | null;
  disabled: boolean;
  onChange: (value: string) => void;
}
function IdField({ label, value, problem, disabled, onChange }: IdFieldProps) {
  return (
    <Field label={label} error={problem}>
      {(control) => (
        <Input
          {...control}
          required
          maxLength={200}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          placeholder="id on its platform"
          disabled={disabled}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
