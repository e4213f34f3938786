import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { printable } from '@/components/ui/printable';
import type { CreatedCredential } from '@/lib/contracts/credentials';
import { EnvOnce } from './env-once';

/** Closes by its button alone where it holds what is shown once. */
export function SessionOpened({ created, onClose }: { created: CreatedCredential; onClose: () => void }) {
  const { env, notices, reused } = created;
  return (
    <Dialog
      open
      onClose={onClose}
      title={reused ? 'A session of this access was open already' : 'The session is open'}
      width="wide"
      locked={env !== undefined}
      footer={
        <Button data-autofocus tone="primary" onClick={onClose}>
          {env ? 'I have copied them' : 'Close'}
        </Button>
      }
    >
      {notices.map((notice) => (
        <p key={notice} className="mb-3 rounded-md bg-wait-ground px-2.5 py-1.5 text-wait">
          {printable(notice)}
        </p>
      ))}
      {env && (
        <>
          <p className="pb-3 text-muted">
            Set these where the agent starts: its cloud's own SDK finds them and asks here for credentials. They are
            shown this once. They hold no key of the cloud, and open nothing once the session has ended.
          </p>
          <EnvOnce env={env} />
        </>
      )}
      {reused && !env && <p className="pb-1 text-muted">It is the one you see now; no second one was made.</p>}
    </Dialog>
  );
}
