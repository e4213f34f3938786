'use client';

import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Field } from '@/components/ui/field';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { drawPassword, shortestPassword } from './password';

interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | null;
  disabled?: boolean;
  /** Nobody else's, so that it is not handed over. */
  own?: boolean;
}

/** A new password: typed, or generated and copied, for oneself or to be handed over. */
export function PasswordField({ value, onChange, error, disabled, own = false }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={own ? 'New password' : 'Password'}
      hint={`At least ${shortestPassword} characters.${own ? '' : ' Hand it over in a way you trust; it is not shown again.'}`}
      error={error}
    >
      {(control) => (
        <div className="flex flex-wrap gap-2">
          <div className="relative min-w-44 flex-1">
            <Input
              {...control}
              type={shown ? 'text' : 'password'}
              required
              minLength={shortestPassword}
              maxLength={256}
              autoComplete="new-password"
              autoCapitalize="off"
              spellCheck={false}
              disabled={disabled}
              value={value}
              onChange={(event) => onChange(event.target.value)}
              className="pr-8 font-mono text-hint max-md:pr-10"
            />
            <IconButton
              label={shown ? 'Hide the password' : 'Show the password'}
              onClick={() => setShown(!shown)}
              className="absolute top-0 right-0"
            >
              <Icon of={shown ? EyeOff : Eye} />
            </IconButton>
          </div>
          <Button
            disabled={disabled}
            onClick={() => {
              onChange(drawPassword());
              setShown(true);
            }}
          >
            Generate
          </Button>
          {value !== '' && <CopyButton text={value} />}
        </div>
      )}
    </Field>
  );
}
