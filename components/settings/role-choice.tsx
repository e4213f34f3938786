import { type Role, roles } from '@/lib/contracts/roles';
import { roleWords } from './role-words';

interface RoleChoiceProps {
  role: Role;
  onChange: (role: Role) => void;
  disabled?: boolean;
}

export function RoleChoice({ role, onChange, disabled = false }: RoleChoiceProps) {
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-1.5">
      <legend className="pb-1 font-medium">Role</legend>
      {roles.map((each) => (
        <label
          key={each}
          className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line-strong px-2.5 py-2 has-checked:border-text has-focus-visible:outline-2 has-focus-visible:outline-info"
        >
          <input
            type="radio"
            name="role"
            value={each}
            checked={role === each}
            onChange={() => onChange(each)}
            className="mt-0.5 accent-text outline-none"
          />
          <span>
            <span className="font-medium capitalize">{each}</span>
            <span className="block text-hint text-muted">{roleWords[each]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
