'use client';

import { MenuChip, TextChip } from '@/components/ui/filter-chip';
import { MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import { Segments } from '@/components/ui/tabs';
import type { CredentialProvider } from '@/lib/contracts/credentials';
import { providerNames, providers } from './credential-words';

export const statusChoices = ['active', 'ended', 'all'] as const;
export type StatusChoice = (typeof statusChoices)[number];
const statusOptions: readonly { value: StatusChoice; label: string }[] = [
  { value: 'active', label: 'Active' },
  { value: 'ended', label: 'Ended' },
  { value: 'all', label: 'All' },
];

interface CredentialFiltersProps {
  status: StatusChoice;
  provider: CredentialProvider | undefined;
  q: string | undefined;
  onChange: (changes: Record<string, string | undefined>) => void;
}

export function CredentialFilters({ status, provider, q, onChange }: CredentialFiltersProps) {
  return (
    <>
      <Segments
        label="Which sessions"
        options={statusOptions}
        value={status}
        onChange={(next) => onChange({ status: next === 'active' ? undefined : next })}
      />
      <MenuChip
        label="Cloud"
        value={provider && providerNames[provider]}
        onClear={() => onChange({ provider: undefined })}
      >
        <MenuRadioGroup value={provider ?? ''} onChange={(next) => onChange({ provider: next })}>
          {providers.map((each) => (
            <MenuRadioItem key={each} value={each}>
              {providerNames[each]}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuChip>
      <TextChip
        label="Principal"
        value={q}
        placeholder="part of a role or account"
        search
        onChange={(next) => onChange({ q: next })}
      />
    </>
  );
}
