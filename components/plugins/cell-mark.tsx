import { Check, Clock, Hand } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn';
import { Icon } from '@/components/ui/icon';
import { type CapabilityState, stateWords } from './capabilities';

const looks: Record<CapabilityState, string> = {
  granted: 'border-transparent bg-live-ground text-live',
  until: 'border-transparent bg-wait-ground text-wait',
  implied: 'border-dashed border-line-strong text-faint',
  asked: 'border-wait text-wait',
  none: 'border-line text-transparent',
};
const icons: Record<CapabilityState, ReactNode> = {
  granted: <Icon of={Check} size={14} />,
  until: <Icon of={Clock} size={14} />,
  implied: null,
  asked: <Icon of={Hand} size={14} />,
  none: null,
};

/** The square of one capability: its state as an outline, a colour and a sign, never as a colour alone. */
export function CellMark({ state, className }: { state: CapabilityState; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cn('inline-flex size-[26px] items-center justify-center rounded-md border', looks[state], className)}
    >
      {icons[state]}
    </span>
  );
}

const states: readonly CapabilityState[] = ['granted', 'until', 'implied', 'asked', 'none'];

export function MatrixLegend() {
  return (
    <ul aria-label="What the squares mean" className="flex flex-wrap gap-x-4 gap-y-1.5 py-2.5 text-muted">
      {states.map((state) => (
        <li key={state} className="flex items-center gap-2">
          <CellMark state={state} className="size-[18px] rounded-sm [&_svg]:size-3" />
          {stateWords[state]}
        </li>
      ))}
    </ul>
  );
}
