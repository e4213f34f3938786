/**
 * Who is bound to which instance. A code is minted for one instance and sent by the user themselves as a direct message, so
 * that the platform vouches for who they are. It works once. Guessing is counted by author: past the limit none of theirs is
 * looked at, a right one neither, and nobody else is held up by it.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { RelayLinkCode } from '@/lib/contracts/relay';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import { newCode, sha256Hex } from '@/lib/platform/secrets';
import { boundCompanion, linkCodeCompanion } from './instance-tables';
import type { InstanceRow } from './instances';
import type { InboundSource } from './protocol/inbound';

/** As a platform observed them: never what a message says of its author. */
export interface Author {
  tenant: string;
  platform: string;
  userId: string;
  userName: string | null;
}

/** Also as a bot is called by its name, and with words behind the code: a code must not be delivered. */
const linkMessage = /^\s*\/link(?:@\S+)?(?:\s+(\S+))?(?:\s|$)/;

/** Null for what is no link command; empty for one without a code. In a group everybody would read it: there it is a message like any other. */
export function linkCodeIn(text: string, { chat_type }: Pick<InboundSource, 'chat_type'>): string | null {
  const command = chat_type === 'dm' ? linkMessage.exec(text) : null;
  return command && (command[1] ?? '');
}

export interface RelayLinking {
  /** The only time the code is seen. @throws AppError RELAY_INSTANCE_DISABLED, AUDIT_UNAVAILABLE. */
  mint(instance: InstanceRow, by: Actor): Promise<RelayLinkCode>;
  /** The instance the author is bound to from now on; null for a code that is wrong, used, over, or of another tenant. @throws AppError RATE_LIMITED, AUDIT_UNAVAILABLE. */
  redeem(code: string, author: Author): Promise<string | null>;
  /** The instance an author is bound to. Asked for every message, so that most answers come from memory. */
  boundTo(author: Author): Promise<string | null>;
  /** The bindings of an instance are gone. */
  forget(instanceId: string): void;
  /** Bindings of many are gone. */
  forgetAll(): void;
}

/** Without look-alikes: people read it from one screen and type it on another. 30^10 is 49 bits, for ten minutes. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;

export function createRelayLinking(deps: { db: Database; audit: AuditLog; clock: Clock }): RelayLinking {
  const { db, audit, clock } = deps;
  const failures = new Map<string, { count: number; untilMs: number }>();
  const inTurn = createOneAtATime();
  /** By author; null for one without a binding. */
  const known = new Map<string, string | null>();
  /** Bindings that changed: what was read before is not remembered after. */
  let changes = 0;

  const keyOf = ({ tenant, platform, userId }: Author) => JSON.stringify([tenant, platform, userId]);

  function requireMayTry(key: string): void {
    const nowMs = clock.now();
    const failed = failures.get(key);
    if (failed && failed.untilMs <= nowMs) failures.delete(key);
    else if (failed && failed.count >= limits.relayLinkFailures) throw tooMany(failed.untilMs - nowMs);
    if (failures.size < limits.relayLinkAuthors) return;
    for (const [one, { untilMs }] of failures) if (untilMs <= nowMs) failures.delete(one);
    if (failures.size >= limits.relayLinkAuthors && !failures.has(key)) throw tooMany(limits.relayLinkCodeMs);
  }

  function countFailure(key: string): void {
    const count = (failures.get(key)?.count ?? 0) + 1;
    failures.set(key, { count, untilMs: clock.now() + limits.relayLinkCodeMs });
  }

  return {
    async mint(instance, by) {
      if (instance.revokedAt) throw new AppError('RELAY_INSTANCE_DISABLED');
      const code = newCode(codeLength, alphabet);
      const atMs = clock.now();
      const untilMs = atMs + limits.relayLinkCodeMs;
      const instanceId = instance.id;
      await audit.append(
        { actor: actorName(by), action: 'relay.link_code', target: instanceId, data: { expiresAt: toIso(untilMs) } },
        [linkCodeCompanion({ hash: sha256Hex(code), instanceId, by: actorLabel(by), atMs, untilMs })],
      );
      return { code, expiresAt: toIso(untilMs) };
    },

    redeem(code, author) {
      return inTurn(async () => {
        const key = keyOf(author);
        requireMayTry(key);
        const { tenant, platform, userId, userName } = author;
        const actor = `author:${platform}:${userId}`;
        const hash = sha256Hex(code.toUpperCase());
        const found = await db.relayLinkCode.findUnique({ where: { hash } });
        const isGood = found && !found.usedAt && found.expiresAt.getTime() > clock.now();
        const instance = isGood ? await db.relayInstance.findUnique({ where: { id: found.instanceId } }) : null;
        if (!instance || instance.revokedAt || instance.tenant !== tenant) {
          countFailure(key);
          await audit.append({ actor, action: 'relay.link', target: 'relay', outcome: 'refused', data: { tenant } });
          return null;
        }
        failures.delete(key);
        const binding = { tenant, platform, userId, userName, instanceId: instance.id };
        await audit.append({ actor, action: 'relay.link', target: instance.id, data: { platform, userId, userName } }, [
          boundCompanion({ ...binding, hash, atMs: clock.now() }),
        ]);
        changes += 1;
        known.delete(key);
        return instance.id;
      });
    },

    async boundTo(author) {
      const key = keyOf(author);
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const { tenant, platform, userId } = author;
      const before = changes;
      // Not `findUnique`: those of one turn become one statement, which fails for all of them when they are too many.
      const row = await db.relayBinding.findFirst({ where: { tenant, platform, userId } });
      const instanceId = row?.instanceId ?? null;
      if (before !== changes) return instanceId;
      // Strangers without end must not fill the memory.
      if (known.size >= limits.relayAuthorsKnown) known.clear();
      known.set(key, instanceId);
      return instanceId;
    },

    forget(instanceId) {
      changes += 1;
      for (const [key, bound] of known) if (bound === instanceId) known.delete(key);
    },
    forgetAll() {
      changes += 1;
      known.clear();
    },
  };
}

function tooMany(leftMs: number): AppError {
  return new AppError('RATE_LIMITED', {
    message: 'Too many wrong link codes. Try again later with a new one.',
    retryAfterSeconds: Math.ceil(leftMs / 1_000),
  });
}
