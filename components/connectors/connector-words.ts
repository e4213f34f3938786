import { formatCommand } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import type { DotTone } from '@/components/ui/status-dot';
import type { AnyTransport, ApprovalMode, Connector, SafetyClass, ToolsService } from '@/lib/contracts/connectors';

export const connectorTones: Record<Connector['status'], DotTone> = {
  ready: 'live',
  starting: 'wait',
  failed: 'stop',
  disabled: 'hollow',
};

/** What an operator can do about a connector that is not ready. */
export function nextStepOf({ status, transport }: Connector): string {
  switch (status) {
    case 'ready':
      return '';
    case 'starting':
      return 'Its calls are refused until it has answered.';
    case 'disabled':
      return 'Its calls are refused until an admin enables it.';
    case 'failed':
      if (transport.kind === 'builtin') return 'Its calls are refused until it answers again.';
      return transport.kind === 'stdio'
        ? 'Read what it printed under Health, mend its command or its environment, then test it.'
        : 'Check its address and its headers, and that its server runs, then test it.';
  }
}

/** How it is reached, in one line. */
export function transportWords(transport: AnyTransport): string {
  switch (transport.kind) {
    case 'stdio':
      return formatCommand([transport.command, ...(transport.args ?? [])]);
    case 'http':
      return transport.url;
    case 'builtin':
      return '';
  }
}
export const transportKindWords = { stdio: 'process', http: 'HTTP', builtin: 'part of Gatehouse' } as const;
export const serviceWords: Record<ToolsService['runsIn'], string> = {
  process: 'in the process of the server',
  queue: 'in processes of their own, behind the queue',
};

export const modeWords: Record<ApprovalMode, string> = {
  auto: 'runs at once',
  confirm: 'waits for an operator',
  disabled: 'refused',
};
export const modeTones: Record<ApprovalMode, DotTone> = { auto: 'hollow', confirm: 'wait', disabled: 'stop' };
export const classWords: Record<SafetyClass, string> = {
  read: 'Looks and changes nothing.',
  write: 'Changes something that can be changed back.',
  destructive: 'Deletes, or does what cannot be taken back.',
};

export function formatMs(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  return ms < 10_000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** "the plugin crm-sync", "Gatehouse", or whoever it was. */
export function addedByWords(addedBy: string): string {
  if (addedBy === 'bundled') return 'Gatehouse';
  return printable(addedBy.startsWith('plugin:') ? `the plugin ${addedBy.slice('plugin:'.length)}` : addedBy);
}
