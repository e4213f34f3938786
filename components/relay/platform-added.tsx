'use client';

import { Button } from '@/components/ui/button';
import { CopyButton, SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { printable } from '@/components/ui/printable';
import type { CreatedRelayPlatform } from '@/lib/contracts/relay-platforms';
import { postExample } from './platform-words';

/** Closes by its button alone: a slip of Escape would lose the secret. */
export function PlatformAdded({ created, onClose }: { created: CreatedRelayPlatform; onClose: () => void }) {
  const { platform, signingSecret } = created;
  const inboundUrl = platform.inboundUrl ?? '';
  const example = postExample(inboundUrl, signingSecret ?? '');
  return (
    <Dialog
      open
      onClose={onClose}
      title={`The signing secret of ${printable(platform.label)}`}
      width="wide"
      locked
      footer={
        <Button data-autofocus tone="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <p className="pb-3 text-muted">
        Your system signs what it posts with it, and checks with it what it is posted. It is shown this once: copy it
        now. If it is lost, remove the platform and add it again.
      </p>
      <SecretOnce secret={signingSecret ?? ''} label="Copy secret" />
      <p className="pt-3.5 pb-1.5 text-muted">It posts to:</p>
      <SecretOnce secret={inboundUrl} label="Copy address" />
      <p className="pt-3.5 pb-1.5 text-muted">To try it from a shell, with the secret in it:</p>
      <div className="flex flex-col items-start gap-2 rounded-md border border-line-strong bg-sunk p-2">
        <pre className="w-full select-all whitespace-pre-wrap break-all">{example}</pre>
        <CopyButton text={example} label="Copy example" />
      </div>
    </Dialog>
  );
}
