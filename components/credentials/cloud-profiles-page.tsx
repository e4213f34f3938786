'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { credentialKeys, profilesQuery } from '@/components/api/credential-queries';
import { useLiveEvents } from '@/components/live/live-provider';
import { AdminsOnly } from '@/components/settings/admins-only';
import { Section } from '@/components/settings/section';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DataTable } from '@/components/ui/data-table';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useToast } from '@/components/ui/toast';
import type { CredentialProfile } from '@/lib/contracts/credentials';
import { ProfileCompact, profileColumns } from './profile-columns';

const ProfileDialog = dynamic(() => import('./profile-dialog').then((module) => module.ProfileDialog), { ssr: false });

export function CloudProfilesPage() {
  return (
    <AdminsOnly what="the cloud profiles">
      <CloudProfiles />
    </AdminsOnly>
  );
}

function CloudProfiles() {
  const client = useQueryClient();
  const { data: profiles, error, refetch } = useQuery(profilesQuery());
  const columns = useTableColumns('cloud-profiles', profileColumns);
  const [editing, setEditing] = useState<CredentialProfile | 'new' | null>(null);
  const [removing, setRemoving] = useState<CredentialProfile | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: credentialKeys.profiles });
  useLiveEvents((event) => {
    if (event.type === 'audit.appended' && event.data.action.startsWith('profile.')) void reload();
  });
  return (
    <Section
      title="Cloud profiles"
      about="Named lists of what a cloud session may do, to choose from in place of typing them. A change counts for the sessions opened after it."
      actions={
        <Button tone="primary" onClick={() => setEditing('new')}>
          <Icon of={Plus} size={14} /> New profile
        </Button>
      }
    >
      {!profiles && !error && <SkeletonRows label="Loading cloud profiles" />}
      {!profiles && error && (
        <ErrorState title="The profiles could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {profiles && (
        <DataTable
          label="Cloud profiles"
          columns={columns}
          rows={profiles}
          rowId={({ name }) => name}
          rowName={({ name }) => name}
          compact={(profile) => <ProfileCompact profile={profile} />}
          actionsWidth={150}
          actions={(profile) =>
            !profile.bundled && (
              <>
                <Button size="small" aria-label={`Change ${profile.name}`} onClick={() => setEditing(profile)}>
                  Change
                </Button>
                <Button
                  tone="stop-outline"
                  size="small"
                  aria-label={`Remove ${profile.name}`}
                  onClick={() => setRemoving(profile)}
                  className="ml-1.5"
                >
                  Remove
                </Button>
              </>
            )
          }
        />
      )}
      {editing && (
        <ProfileDialog
          profile={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => void reload()}
        />
      )}
      {removing && <RemoveProfile profile={removing} onClose={() => setRemoving(null)} onRemoved={reload} />}
    </Section>
  );
}

interface RemoveProfileProps {
  profile: CredentialProfile;
  onClose: () => void;
  onRemoved: () => Promise<void>;
}
function RemoveProfile({ profile: { name }, onClose, onRemoved }: RemoveProfileProps) {
  const toast = useToast();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${name}?`}
      action="Remove the profile"
      onConfirm={async () => {
        await callRoute('profiles.remove', { params: { name } });
        toast.show(`Removed ${name}.`);
        await onRemoved();
      }}
    >
      Whoever asks for it by name is refused from now on. Sessions opened with it keep what they may do.
    </ConfirmDialog>
  );
}
