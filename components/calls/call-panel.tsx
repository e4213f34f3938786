'use client';

import { X } from 'lucide-react';
import { Dialog } from '@/components/ui/dialog';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { printable } from '@/components/ui/printable';
import { useIsWide } from '@/components/ui/use-media';
import type { ToolCall } from '@/lib/contracts/calls';
import type { Run } from '@/lib/contracts/runs';
import type { CallContext } from './call-columns';
import { CallDetails } from './call-details';

interface CallPanelProps {
  id: string;
  known: ToolCall | undefined;
  run: Run;
  context: CallContext;
  onClose: () => void;
}

/** Beside the table where there is room, over the page where there is not. */
export function CallPanel(props: CallPanelProps) {
  const { id, known, onClose } = props;
  const title = known ? printable(`${known.connectorId} ${known.toolName}`) : 'Call';
  if (!useIsWide()) {
    return (
      <Dialog open onClose={onClose} title={title} width="sheet">
        <CallDetails key={id} {...props} />
      </Dialog>
    );
  }
  return (
    <aside
      aria-label={`Call ${title}`}
      className="sticky top-0 max-h-[calc(100dvh-78px)] self-start overflow-y-auto rounded-lg border border-line bg-panel px-4 pt-3 pb-4"
    >
      <div className="flex items-center justify-between gap-3 pb-2">
        <h2 className="min-w-0 break-words font-semibold">{title}</h2>
        <IconButton label="Close" onClick={onClose} className="-mr-1.5">
          <Icon of={X} />
        </IconButton>
      </div>
      <CallDetails key={id} {...props} />
    </aside>
  );
}
