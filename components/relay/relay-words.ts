import { formatBytes, joinWords, plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import type { DotTone } from '@/components/ui/status-dot';
import type { RelayInstance, RelayStatus } from '@/lib/contracts/relay';

/** Only what lives has a colour: one that sleeps, is away or was cut off is as it should be. */
export const relayTones: Record<RelayStatus, DotTone> = {
  live: 'live',
  idle: 'hollow',
  offline: 'hollow',
  disabled: 'hollow',
};

/** "idle, 3 waiting": the state with what it has to catch up on. */
export function statusWords({ status, buffer }: Pick<RelayInstance, 'status' | 'buffer'>): string {
  if (status === 'disabled' || buffer.events === 0) return status;
  return `${status}, ${plural(buffer.events, 'event')} waiting`;
}

/** "discord bot-1, telegram bot-2": what its gateway fronts now, else what it was provisioned for. */
export function identityWords({ identities, platform, botId }: RelayInstance): string {
  if (identities.length > 0) return identities.map(wordsOf).join(', ');
  return platform === null ? '' : wordsOf({ platform, botId: botId ?? '' });
}

function wordsOf({ platform, botId }: RelayInstance['identities'][number]): string {
  return printable(botId === '' ? platform : `${platform} ${botId}`);
}

/** "3 events, 1.2 kB", or nothing where nothing waits. */
export function bufferWords({ events, bytes }: RelayInstance['buffer']): string {
  return events === 0 ? '' : `${plural(events, 'event')}, ${formatBytes(bytes)}`;
}

export const instanceSortWords = {
  newest: 'newest first',
  status: 'live first',
  waiting: 'most waiting first',
  seen: 'last seen first',
  name: 'by gateway id',
} as const;
export type InstanceSort = keyof typeof instanceSortWords;

export function parseInstanceSort(text: string | undefined): InstanceSort {
  return text !== undefined && Object.hasOwn(instanceSortWords, text) ? (text as InstanceSort) : 'newest';
}

const statusOrder: readonly RelayStatus[] = ['live', 'idle', 'offline', 'disabled'];

/** Rows that are equal keep the server's order, which is newest first. */
export function sortInstances(rows: readonly RelayInstance[], sort: InstanceSort): readonly RelayInstance[] {
  switch (sort) {
    case 'newest':
      return rows;
    case 'status':
      return rows.toSorted((a, b) => statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status));
    case 'waiting':
      return rows.toSorted((a, b) => b.buffer.events - a.buffer.events);
    case 'seen':
      return rows.toSorted((a, b) => seenMs(b) - seenMs(a));
    case 'name':
      return rows.toSorted((a, b) => a.gatewayId.localeCompare(b.gatewayId));
  }
}

function seenMs({ status, lastSeenAt }: RelayInstance): number {
  if (status === 'live') return Number.POSITIVE_INFINITY;
  return lastSeenAt === null ? 0 : Date.parse(lastSeenAt);
}

/** What a revoke ends, stated before it does. */
export function revokeWords({
  status,
  bindings,
  buffer,
}: Pick<RelayInstance, 'status' | 'bindings' | 'buffer'>): string {
  const ends = [
    'its secrets',
    bindings > 0 ? plural(bindings, 'binding') : '',
    buffer.events > 0 ? `${plural(buffer.events, 'event')} that ${buffer.events === 1 ? 'waits' : 'wait'}` : '',
    'the runs of its sessions',
  ].filter(Boolean);
  const socket =
    status === 'live'
      ? 'Its connection is closed, and it is turned away at every dial.'
      : 'It is turned away at every dial.';
  return `${socket} This ends ${joinWords(ends)}.`;
}

/** "live, 6 people bound": an instance in a line of the overview. */
export function healthWords(instance: Pick<RelayInstance, 'status' | 'buffer' | 'bindings'>): string {
  const { status, bindings } = instance;
  const bound = status !== 'disabled' && bindings > 0 ? `, ${plural(bindings, 'person', 'people')} bound` : '';
  return `${statusWords(instance)}${bound}`;
}
