'use client';

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { credentialQuery } from '@/components/api/credential-queries';
import { Dialog } from '@/components/ui/dialog';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { useIsWide } from '@/components/ui/use-media';
import type { CredentialSession } from '@/lib/contracts/credentials';
import { CredentialDetails } from './credential-details';
import { principalWords, providerNames } from './credential-words';

interface CredentialPanelProps {
  id: string;
  /** The same session from the list, while its own answer is on its way. */
  known: CredentialSession | undefined;
  onClose: () => void;
}

/** Beside the table where there is room, over the page where there is not. */
export function CredentialPanel({ id, known, onClose }: CredentialPanelProps) {
  // Of its own, since one that ends leaves the list under an open panel.
  const { data: session } = useQuery({ ...credentialQuery(id), placeholderData: known });
  const title = session
    ? `${providerNames[session.provider]} as ${principalWords(session.principalId).name}`
    : 'Cloud session';
  const details = <CredentialDetails key={id} id={id} known={known} />;
  if (!useIsWide()) {
    return (
      <Dialog open onClose={onClose} title={title} width="sheet">
        {details}
      </Dialog>
    );
  }
  return (
    <aside
      aria-label={`Session ${title}`}
      className="sticky top-0 max-h-[calc(100dvh-78px)] self-start overflow-y-auto rounded-lg border border-line bg-panel px-4 pt-3 pb-4"
    >
      <div className="flex items-center justify-between gap-3 pb-2">
        <h2 className="min-w-0 break-words font-semibold">{title}</h2>
        <IconButton label="Close" onClick={onClose} className="-mr-1.5">
          <Icon of={X} />
        </IconButton>
      </div>
      {details}
    </aside>
  );
}
