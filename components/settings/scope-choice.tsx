import { Checkbox } from '@/components/ui/checkbox';
import type { Scope } from '@/lib/contracts/roles';
import { offeredScopes } from './scope-words';

interface ScopeChoiceProps {
  scopes: readonly Scope[];
  onToggle: (scope: Scope) => void;
  disabled: boolean;
}

export function ScopeChoice({ scopes, onToggle, disabled }: ScopeChoiceProps) {
  return (
    <fieldset disabled={disabled}>
      <legend className="pb-1 font-medium">Scopes</legend>
      {offeredScopes.map(({ scope, opens }) => (
        <label
          key={scope}
          htmlFor={`scope-${scope}`}
          className="flex cursor-pointer items-start gap-2.5 border-line border-b py-2 last:border-b-0"
        >
          <Checkbox
            id={`scope-${scope}`}
            className="mt-0.5"
            checked={scopes.includes(scope)}
            onChange={() => onToggle(scope)}
          />
          <span>
            <code>{scope}</code>
            <span className="block text-hint text-muted">{opens}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
