'use client';

import { Button } from '@/components/ui/button';
import { useNow } from '@/components/ui/use-now';
import type { PtyPhase } from './pty-connection';
import { TerminalNotice } from './terminal-notice';

type Lost = Extract<PtyPhase, { name: 'lost' }>;

/** While the line is down nothing typed is kept: the bar says so, and when the next attempt is. */
export function LostNotice({ phase, onRetry }: { phase: Lost; onRetry: () => void }) {
  const now = useNow('second');
  const seconds =
    phase.retryAtMs === null || now === null ? null : Math.max(1, Math.ceil((phase.retryAtMs - now) / 1000));
  const title = seconds === null ? 'Reconnecting…' : `Disconnected. Trying again in ${seconds} s`;
  return (
    <TerminalNotice notice={{ tone: 'wait', title, detail: `${phase.why} Keys are not sent.`.trim() }}>
      <Button size="small" disabled={phase.retryAtMs === null} onClick={onRetry}>
        Reconnect now
      </Button>
    </TerminalNotice>
  );
}
