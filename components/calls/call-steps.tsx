import { CircleCheck, CircleDashed, CirclePause, CircleX, type LucideIcon } from 'lucide-react';
import { cn } from '@/components/ui/cn';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import type { GateStep } from '@/lib/contracts/calls';
import { stepWords } from './call-words';

const looks: Record<GateStep['outcome'], { icon: LucideIcon; ink: string; word: string }> = {
  passed: { icon: CircleCheck, ink: 'text-live', word: 'passed' },
  held: { icon: CirclePause, ink: 'text-wait', word: 'held' },
  refused: { icon: CircleX, ink: 'text-stop', word: 'refused' },
  skipped: { icon: CircleDashed, ink: 'text-muted', word: 'not reached' },
};

/** A call's path through the gate: how far it came, what each step found, and how long it took. */
export function CallSteps({ steps }: { steps: readonly GateStep[] }) {
  return (
    <ol aria-label="Path through the gate" className="overflow-hidden rounded-md border border-line">
      {steps.map((step) => (
        <Step key={step.step} step={step} />
      ))}
    </ol>
  );
}

function Step({ step }: { step: GateStep }) {
  const look = looks[step.outcome];
  return (
    <li
      className={cn(
        'grid grid-cols-[15px_136px_1fr_max-content] items-center gap-x-2 border-line border-b px-3 py-1.5 last:border-b-0 max-sm:grid-cols-[15px_1fr_max-content]',
        step.outcome === 'refused' && 'bg-stop-ground',
        step.outcome === 'held' && 'bg-wait-ground',
        step.outcome === 'skipped' && 'text-muted',
      )}
    >
      <Icon of={look.icon} className={look.ink} />
      <span className={cn(step.outcome !== 'skipped' && 'font-medium')}>
        {stepWords[step.step]}
        <span className="sr-only">: {look.word}</span>
      </span>
      <span className="min-w-0 break-words text-hint text-muted max-sm:order-last max-sm:col-span-2 max-sm:col-start-2">
        {printable(step.note)}
      </span>
      {step.outcome === 'skipped' ? (
        <span />
      ) : (
        <span className="font-mono text-hint text-muted" title={`${step.tookMs} ms`}>
          {step.tookMs.toFixed(2)}
        </span>
      )}
    </li>
  );
}
