import { Badge } from '@/components/ui/badge';
import { printable } from '@/components/ui/printable';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { CredentialProfile } from '@/lib/contracts/credentials';
import { providerNames } from './credential-words';
import { profileWords } from './policy-words';

export const profileColumns: readonly Column<CredentialProfile>[] = [
  { id: 'name', header: 'Name', width: 190, cell: ({ name }) => <span className="font-medium">{name}</span> },
  { id: 'provider', header: 'Cloud', width: 110, cell: ({ provider }) => providerNames[provider] },
  {
    id: 'may',
    header: 'May',
    cell: (profile) => (
      <span title={printable([...profile.policy.allow, ...profile.policy.resources].join('\n'))}>
        {profileWords(profile)}
      </span>
    ),
  },
  {
    id: 'description',
    header: 'For',
    width: 280,
    wideOnly: true,
    cell: ({ description }) => <span className="text-muted">{printable(description)}</span>,
  },
  {
    id: 'saved',
    header: 'From',
    width: 170,
    cell: ({ bundled, savedBy, savedAt }) =>
      bundled ? (
        <Badge>comes with Gatehouse</Badge>
      ) : (
        <span className="text-muted">
          {printable(savedBy ?? '')} {savedAt && <RelativeTime at={savedAt} />}
        </span>
      ),
  },
];

/** A profile in two lines, for a phone. */
export function ProfileCompact({ profile }: { profile: CredentialProfile }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{profile.name}</span>
        <span className="text-muted">{providerNames[profile.provider]}</span>
      </span>
      <span className="truncate text-muted">{profileWords(profile)}</span>
    </span>
  );
}
