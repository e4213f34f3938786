'use client';

import { useEffect, useRef, useState } from 'react';
import { callRoute } from '@/components/api/client';
import { Button } from '@/components/ui/button';
import { SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { formatClock } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Skeleton } from '@/components/ui/skeleton';
import { useNow } from '@/components/ui/use-now';
import type { RelayInstance, RelayLinkCode } from '@/lib/contracts/relay';

/** A code is made as the dialog opens: it binds nobody by itself, and is over in minutes. */
export function LinkCodeDialog({ instance, onClose }: { instance: RelayInstance; onClose: () => void }) {
  const [code, setCode] = useState<RelayLinkCode | null>(null);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const asked = useRef(false);
  const id = instance.id;
  async function mint() {
    setPending(true);
    setError(null);
    try {
      setCode(await callRoute('relay.linkCode', { params: { id } }));
    } catch (cause) {
      setError(cause);
    }
    setPending(false);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: one code for each time the dialog is opened.
  useEffect(() => {
    if (!asked.current) void mint();
    asked.current = true;
  }, []);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Link somebody to ${printable(instance.gatewayId)}`}
      footer={
        <>
          <Button pending={pending} onClick={() => void mint()}>
            Another code
          </Button>
          <Button data-autofocus tone="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <p className="pb-3 text-muted">
        The person sends this line to the bot as a direct message. From then on what they write there reaches this
        gateway, and nobody else's does because of it. The line itself is never delivered.
      </p>
      {code ? (
        <>
          <SecretOnce secret={`/link ${code.code}`} label="Copy line" />
          <Expiry code={code} />
        </>
      ) : (
        !error && <Skeleton className="h-11 w-full" />
      )}
      <InlineError error={error} />
    </Dialog>
  );
}

function Expiry({ code: { expiresAt } }: { code: RelayLinkCode }) {
  const now = useNow('second');
  if (now === null) return null;
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs <= 0)
    return (
      <p role="status" className="pt-2 pb-1 text-wait">
        This code is over. Ask for another.
      </p>
    );
  return (
    <p className="pt-2 pb-1 text-muted">
      Works once, and for <span className="text-text tabular-nums">{formatClock(leftMs)}</span> more.
    </p>
  );
}
