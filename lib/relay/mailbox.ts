/**
 * What is on its way to one instance. Its promise: what it took is delivered at once to a gateway that is awake and has nothing
 * waiting, else stored, in the order in which it came. Stored events go out in their order, each until its acknowledgement, and
 * nothing overtakes them.
 */
import type { AuditEvent, AuditLog } from '@/lib/audit/log';
import type { Companion } from '@/lib/audit/record-writer';
import { type Clock, monotonicMs } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { createAcknowledged } from './acknowledged';
import { outdatedCompanion, refusedCompanion, storedCompanion } from './buffer-tables';
import { createDelivered } from './delivered';
import type { PassthroughForward } from './protocol/frames';
import type { InboundEvent } from './protocol/inbound';
import { createReplay, type Replay } from './replay';

/** What goes to a gateway: what somebody said, or a request of a platform as it came. */
export type Content = { kind: 'inbound'; event: InboundEvent } | { kind: 'passthrough'; forward: PassthroughForward };

/** The same as it is stored and sent: written as JSON once. */
export interface Mail {
  kind: Content['kind'];
  json: string;
}

/** The way to a gateway that shook hands. */
export interface MailLink {
  /** Resolves when the system has taken it; rejects when it will not. */
  deliver(mail: Mail, bufferId?: string): Promise<void>;
  /** It failed: the gateway is told to dial again. */
  fail(): void;
}

export interface MailboxDepth {
  events: number;
  bytes: number;
}

/** Of a message that is to be delivered: what the record says of it, and what goes with that row. */
export interface Posting {
  content: Content;
  /** When it was said, where that is known: then its page can tell whether it still waits. */
  atMs?: number | undefined;
  record: AuditEvent;
  companions: readonly Companion[];
}

export interface Mailbox {
  /** @returns the id under which it waits, null where it was delivered. @throws AppError BODY_TOO_LARGE, RELAY_BUFFER_FULL, AUDIT_UNAVAILABLE. */
  post(posting: Posting): Promise<string | null>;
  /** A gateway shook hands: it gets what waits, then what comes. */
  open(link: MailLink): void;
  /** From now on everything is stored; what is on its way and was not taken is stored first. */
  shut(link: MailLink): void;
  /** False for what does not wait, or was acknowledged before. */
  acknowledge(bufferId: string): boolean;
  depth(): MailboxDepth;
  /** Drops what is older than a buffer keeps. Never rejects but where the database cannot be read. */
  dropOutdated(): Promise<void>;
}

export interface MailboxOptions {
  instanceId: string;
  db: Database;
  audit: AuditLog;
  clock: Clock;
  log: Log;
  /** What waits already. */
  depth: MailboxDepth;
  /** How much may wait: what is over is refused, since what was taken was promised. */
  capacity?: MailboxDepth;
  /** Something waits that did not before, or waits no more. */
  onDepth: () => void;
  /** An event was stored, and nobody is there to take it. */
  onWaiting: () => void;
}

interface Sending {
  posting: Posting;
  mail: Mail;
  sinceMs: number;
  settle: (bufferId: Promise<string | null> | null) => void;
}

export function createMailbox(options: MailboxOptions): Mailbox {
  const { instanceId, db, audit, clock, log, onDepth, onWaiting } = options;
  const { capacity = { events: limits.relayBufferEvents, bytes: limits.relayBufferBytes } } = options;
  const depth = { ...options.depth };
  /** Events that are being stored: they count as waiting. */
  let storing = 0;
  let link: MailLink | null = null;
  let replay: Replay | null = null;
  let stall: NodeJS.Timeout | undefined;
  /** Given to the link and not yet taken by the system, oldest first. */
  const sending = new Set<Sending>();
  let dropping: Promise<void> = Promise.resolve();
  const delivered = createDelivered({ audit, log });
  const acknowledged = createAcknowledged({
    ...{ instanceId, audit, log },
    onGone: ({ events, bytes }) => addDepth(-events, -bytes),
  });

  function addDepth(events: number, bytes: number): void {
    depth.events += events;
    depth.bytes += bytes;
    onDepth();
  }

  /** Runs up to its place in the record at once, so that events are stored in the order of these calls. */
  async function store({ atMs = clock.now(), record, companions }: Posting, { kind, json }: Mail): Promise<string> {
    const bytes = Buffer.byteLength(json);
    if (depth.events + storing >= capacity.events || depth.bytes + bytes > capacity.bytes) {
      const data = { ...record.data, dropped: 1, because: 'full' };
      await audit.append({ ...record, outcome: 'failed', data }, [refusedCompanion(instanceId)]);
      onDepth();
      throw new AppError('RELAY_BUFFER_FULL');
    }
    const id = newId('buf');
    storing += 1;
    depth.bytes += bytes;
    try {
      await audit.append({ ...record, data: { ...record.data, bufferId: id } }, [
        ...companions,
        storedCompanion({ id, instanceId, bytes, kind, event: json }, atMs),
      ]);
    } catch (error) {
      depth.bytes -= bytes;
      throw error;
    } finally {
      storing -= 1;
    }
    addDepth(1, 0);
    if (link) replay?.more();
    else onWaiting();
    return id;
  }

  function send(to: MailLink, posting: Posting, mail: Mail): Promise<string | null> {
    return new Promise((resolve) => {
      const one: Sending = { posting, mail, sinceMs: monotonicMs(), settle: resolve };
      sending.add(one);
      if (stall === undefined) stall = setTimeout(cutStalled, limits.relayStallMs).unref();
      to.deliver(mail).then(
        () => {
          if (!sending.delete(one)) return;
          delivered.add(posting);
          one.settle(null);
        },
        // The first that fails ends the link for all of them, or a later one would be stored before an earlier one.
        () => {
          if (sending.has(one)) fail(to);
        },
      );
    });
  }

  function cutStalled(): void {
    stall = undefined;
    const [oldest] = sending;
    if (!oldest) return;
    const leftMs = oldest.sinceMs + limits.relayStallMs - monotonicMs();
    if (leftMs <= 0 && link) fail(link);
    else stall = setTimeout(cutStalled, Math.max(leftMs, 1)).unref();
  }

  function fail(failed: MailLink): void {
    shut(failed);
    failed.fail();
  }

  function shut(closed: MailLink): void {
    if (link !== closed) return;
    link = null;
    replay?.stop();
    const untaken = [...sending];
    sending.clear();
    for (const { posting, mail, settle } of untaken) settle(store(posting, mail));
  }

  return {
    shut,
    async post(posting) {
      const mail = mailOf(posting.content);
      const isLive = depth.events === 0 && storing === 0;
      return link && isLive ? send(link, posting, mail) : store(posting, mail);
    },
    open(next) {
      if (link) shut(link);
      link = next;
      // What the connection before acknowledged, and what is too old, is on its way out: read now, it would be sent again.
      const ready = () => Promise.all([acknowledged.settled(), dropping]);
      replay = createReplay({ instanceId, db, log, link: next, ready, acknowledged, onFailed: () => fail(next) });
      replay.more();
    },
    acknowledge: (bufferId) => replay?.acknowledge(bufferId) ?? false,
    depth: () => ({ events: depth.events + storing, bytes: depth.bytes }),

    async dropOutdated() {
      // A gateway that is there takes them; and one that is not must not acknowledge what is being dropped.
      if (link) return;
      replay = null;
      dropping = dropNow();
      await dropping;
    },
  };

  async function dropNow(): Promise<void> {
    await acknowledged.settled();
    const before = clock.now() - limits.relayBufferMs;
    const where = { instanceId, at: { lt: new Date(before) } };
    const old = await db.relayBuffered.aggregate({ where, _count: true, _sum: { bytes: true } });
    if (old._count === 0) return;
    const data = { dropped: old._count, because: 'age' };
    try {
      await audit.append({ actor: 'server', action: 'relay.drop', target: instanceId, outcome: 'failed', data }, [
        outdatedCompanion(instanceId, before),
      ]);
      addDepth(-old._count, -(old._sum.bytes ?? 0));
    } catch (error) {
      log.error({ err: error, instanceId }, 'events that are too old could not be dropped');
    }
  }
}

/** The rest of its frame, which carries no more than its type and an id. */
const frameRestBytes = 256;

function mailOf(content: Content): Mail {
  const { kind } = content;
  const json = JSON.stringify(kind === 'inbound' ? content.event : content.forward);
  // A gateway reads no larger frame, and would be cut off by one.
  if (
    json.length > (limits.framePayloadBytes - frameRestBytes) / 3 &&
    Buffer.byteLength(json) + frameRestBytes > limits.framePayloadBytes
  )
    throw new AppError('BODY_TOO_LARGE', { message: 'The message does not fit into a frame of 1 MiB.' });
  return { kind, json };
}
