import { Badge } from '@/components/ui/badge';
import { Checkbox } from '@/components/ui/checkbox';
import { isDangerous, type PrivilegeName, privilegeNames, privilegeTable } from '@/lib/contracts/privileges';

interface PrivilegeChoicesProps {
  chosen: readonly PrivilegeName[];
  /** Held there already: shown as such, not granted again. */
  held: readonly PrivilegeName[];
  /** Dangerous ones count only where they are granted everywhere. */
  global: boolean;
  disabled: boolean;
  onChange: (chosen: readonly PrivilegeName[]) => void;
}

export function PrivilegeChoices({ chosen, held, global, disabled, onChange }: PrivilegeChoicesProps) {
  const toggle = (name: PrivilegeName) =>
    onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  const offered = privilegeNames.filter((name) => global || !isDangerous(name));
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-0.5">
      <legend className="pb-1 font-medium">Privileges</legend>
      {offered.map((name) => {
        const has = held.includes(name);
        return (
          <label
            key={name}
            htmlFor={`privilege ${name}`}
            className="flex min-h-7 cursor-pointer items-start gap-2.5 py-1 has-disabled:cursor-default max-md:min-h-10"
          >
            <Checkbox
              id={`privilege ${name}`}
              className="mt-0.5"
              disabled={has}
              checked={has || chosen.includes(name)}
              onChange={() => toggle(name)}
            />
            <span className="min-w-0">
              <span className="flex flex-wrap items-center gap-x-2">
                <code>{name}</code>
                {isDangerous(name) && <Badge>dangerous</Badge>}
                {has && <span className="text-hint text-muted">granted already</span>}
              </span>
              <span className="block text-hint text-muted">{privilegeTable[name].allows}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
