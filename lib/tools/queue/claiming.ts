/** What was read and not answered finds another worker: from one that was shut down at once, from one that is gone after a while. */
import { limits } from '@/lib/platform/limits';
import { type RedisLink, within } from '@/lib/platform/redis';
import { queueGroup, queueStream, returned, workersKey } from './keys';
import { consumersOf } from './workers';

export interface Entry {
  id: string;
  envelope: Uint8Array | undefined;
}

export interface Claimed extends Entry {
  /** The worker that had it ended, or stood still, before it answered. */
  abandoned: boolean;
}

type Messages = ReadonlyArray<{ id: unknown; message: Record<string, Buffer> } | null>;

export function entriesOf(messages: Messages): Entry[] {
  return messages.flatMap((entry) => (entry ? [{ id: String(entry.id), envelope: entry.message.envelope }] : []));
}

/** At most `count` entries, which are this worker's from then on. */
export async function claim(link: RedisLink, me: string, count: number): Promise<Claimed[]> {
  const found: Claimed[] = [];
  const room = () => count - found.length;
  for (const { name, idleMs, held } of (await within(consumersOf(link))) ?? []) {
    if (name === me || room() <= 0) continue;
    if (name === returned) {
      if (held > 0)
        found.push(...(await take(link, { from: name, to: me, idleMs: limits.toolRetryMs, count: room() })));
    } else if (idleMs >= limits.toolWorkerLostMs) {
      if (held > 0)
        found.push(...(await take(link, { from: name, to: me, idleMs: limits.toolWorkerLostMs, count: room() })));
      else if (idleMs >= limits.toolWorkerForgottenMs) await forget(link, name);
    }
  }
  // Whatever the reason: nothing is left lying for longer than a tool may take. What runs is refreshed by its worker.
  if (room() > 0) {
    const rest = await within(
      link.client.xAutoClaim(queueStream, queueGroup, me, limits.toolTimeoutMs, '0', { COUNT: room() }),
    );
    found.push(...entriesOf(rest.messages).map((entry) => ({ ...entry, abandoned: true })));
  }
  return found;
}

async function take(
  { text, client }: RedisLink,
  { from, to, idleMs, count }: { from: string; to: string; idleMs: number; count: number },
): Promise<Claimed[]> {
  const options = { IDLE: idleMs, consumer: from };
  const waiting = await within(text.xPendingRange(queueStream, queueGroup, '-', '+', count, options));
  const ids = waiting.map(({ id }) => id);
  if (ids.length === 0) return [];
  // Of two workers that ask at once the second finds it fresh again.
  const messages = await within(client.xClaim(queueStream, queueGroup, to, idleMs, ids));
  return entriesOf(messages).map((entry) => ({ ...entry, abandoned: from !== returned }));
}

/** Keeps what this worker runs its own. */
export async function refresh({ text }: RedisLink, me: string, ids: string[]): Promise<void> {
  if (ids.length > 0) await within(text.xClaimJustId(queueStream, queueGroup, me, 0, ids));
}

/** To whoever asks next, after a moment. */
export async function giveBack({ text }: RedisLink, id: string): Promise<void> {
  await within(text.xClaimJustId(queueStream, queueGroup, returned, 0, id));
}

/** Only of one that holds nothing: with a consumer Redis forgets what it holds. */
export async function forget({ text }: RedisLink, name: string): Promise<void> {
  await within(Promise.all([text.hDel(workersKey, name), text.xGroupDelConsumer(queueStream, queueGroup, name)]));
}
