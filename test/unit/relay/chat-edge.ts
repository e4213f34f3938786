/** What a chat platform is given in a test: an edge that keeps what reaches it, and a log that is read afterwards. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { InstanceRow } from '@/lib/relay/instances';
import type { IntakeResult } from '@/lib/relay/intake';
import type { StoredMedia } from '@/lib/relay/media';
import type { DirectAction, HeldCapability, ObservedAuthor, PlatformEdge } from '@/lib/relay/platforms/platform';
import type { PassthroughForward } from '@/lib/relay/protocol/frames';
import type { InboundEvent, InboundSource } from '@/lib/relay/protocol/inbound';
import { temporaryDir } from '@/test/support/temporary-dir';

export interface Passed {
  author: ObservedAuthor;
  source: InboundSource;
  forward: PassthroughForward;
  capability?: Pick<HeldCapability, 'kind' | 'credential'> & { untilMs: number };
}

/** A relay to which everybody is a stranger. */
export const strangersEdge: PlatformEdge = {
  message: async () => ({ outcome: 'unlinked' }),
  answer: async () => false,
  passthrough: async () => ({ outcome: 'unlinked' }),
  keepMedia: async () => null,
  mediaOf: async () => null,
};

export const mediaUrl = (id: string) => `http://gatehouse.test/relay/media/${id}`;

export function chatEdge() {
  const heard: Array<{ author: ObservedAuthor; event: InboundEvent }> = [];
  const passed: Passed[] = [];
  const failures: Error[] = [];
  const kept: Array<{ name: string; mime: string; text: string }> = [];
  const stored = new Map<string, StoredMedia>();
  let result: IntakeResult = { outcome: 'delivered', instanceId: 'rly_1', bufferId: null };
  let hangs = false;
  const answer = async () => {
    if (hangs) await new Promise(() => undefined);
    const failure = failures.shift();
    if (failure) throw failure;
    return result;
  };
  const edge: PlatformEdge = {
    ...strangersEdge,
    async keepMedia(_author, { name, mime, bytes }) {
      if (result.outcome === 'unlinked') return null;
      kept.push({ name, mime, text: await text(bytes) });
      const id = `med_${kept.length}`;
      const size_bytes = kept.at(-1)?.text.length ?? 0;
      return { id, url: mediaUrl(id), name, mime_type: mime, size_bytes, expires_at: '2026-01-01T00:00:00.000Z' };
    },
    mediaOf: async (_instanceId, url) => stored.get(url) ?? null,
    async message(author, event) {
      const answered = await answer();
      heard.push({ author, event });
      return answered;
    },
    async answer(author, event, instanceId) {
      const answered = await answer();
      const isTaken = answered.outcome === 'delivered' && answered.instanceId === instanceId;
      if (isTaken) heard.push({ author, event });
      return isTaken;
    },
    async passthrough(author, request) {
      const answered = await answer();
      passed.push({ author, ...request });
      return answered;
    },
  };
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return {
    ...{ edge, heard, passed, kept, stored },
    log: pino({ level: 'trace' }, sink),
    logged: () => lines.join(''),
    result(next: IntakeResult) {
      result = next;
    },
    /** Nothing is answered any more. */
    hangs() {
      hangs = true;
    },
    /** The next message meets this. */
    fails: (error: Error) => void failures.push(error),
  };
}

/** A file on the disk, as the store finds it. */
export function storedFile(content: string, name: string, mime: string): StoredMedia {
  const dir = temporaryDir();
  onTestFinished(dir.remove);
  const file = path.join(dir.path, 'file');
  writeFileSync(file, content);
  const expiresAt = '2026-01-01T00:00:00.000Z';
  return { path: file, media: { id: 'med_1', name, mime, bytes: content.length, expiresAt } };
}

/** As much of an instance as a platform looks at. */
export const instance = { id: 'rly_1' } as InstanceRow;

export const to = (chat_id: string, metadata: DirectAction['metadata'] = null) => ({ chat_id, metadata });

/** Those that keep the process. */
export const runningTimers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
