import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn';
import type { Notice } from './terminal-words';

const tones = {
  plain: 'border-line-strong bg-panel text-text',
  wait: 'border-wait/40 bg-wait-ground text-wait',
  stop: 'border-stop/50 bg-stop-ground text-stop',
};

/** A bar between the tools and the screen: what happened, and what can be done about it. */
export function TerminalNotice({ notice, children }: { notice: Notice; children?: ReactNode }) {
  return (
    <div
      role={notice.tone === 'plain' ? 'status' : 'alert'}
      className={cn('flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1.5', tones[notice.tone])}
    >
      <span className="break-words font-medium">{notice.title}</span>
      {notice.detail && <span>{notice.detail}</span>}
      {children && <span className="ml-auto flex gap-2">{children}</span>}
    </div>
  );
}
