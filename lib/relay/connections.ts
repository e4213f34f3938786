/** The gateways that are connected, one socket an instance: a newer one supersedes the older, and a revoke ends it for good. */
import type { AuditLog } from '@/lib/audit/log';
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import { type Clock, toIso } from '@/lib/platform/clock';
import { type Database, storedTime } from '@/lib/platform/database';
import type { Log } from '@/lib/platform/log';
import { createGatewayConnection, type GatewayConnection, type GatewayTransport } from './connection';
import type { EgressGuard } from './egress';
import type { FollowUps } from './follow-up';
import { idleCompanion } from './instance-tables';
import type { InstanceRow } from './instances';
import { createOutboundDesk } from './outbound';
import { type PlatformDirectory, plainDescriptor } from './platforms/platform';
import type { PostOffice } from './post-office';
import type { Descriptor } from './protocol/descriptor';

/** The way in for a gateway whose credential was checked. */
export interface GatewayDoor {
  /** Null where the instance was revoked meanwhile: nothing is read of the socket then. */
  enter(instance: InstanceRow, transport: GatewayTransport): Promise<GatewayConnection | null>;
  leave(connection: GatewayConnection): void;
}

export interface Connections extends GatewayDoor {
  of(instanceId: string): { connection: GatewayConnection; since: string } | undefined;
  revoke(instanceId: string): void;
  /** Gateways that were told otherwise of a platform dial again: there is one descriptor a hello. What comes meanwhile waits. */
  redial(platform: string): void;
}

interface LiveGateway {
  connection: GatewayConnection;
  since: string;
  /** Its descriptors, by platform, as JSON. */
  told: ReadonlyMap<string, string>;
}

const seen: CompanionTable = { statements: ['UPDATE "RelayInstance" SET "lastSeenAt" = @at WHERE "id" = @id'] };

export function createConnections(deps: {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  log: Log;
  office: PostOffice;
  platforms: PlatformDirectory;
  guard: EgressGuard;
  followUps: FollowUps;
  onChanged: (instanceId: string) => void;
}): Connections {
  const { db, audit, clock, log, office, platforms, guard, followUps, onChanged } = deps;
  const live = new Map<string, LiveGateway>();

  /** What nobody waits for. */
  function follow(action: string, target: string, data: Record<string, unknown>, companion: Companion): void {
    audit
      .follow({ actor: `gateway:${target}`, action, target, data }, [companion])
      .catch((error: unknown) => log.error({ err: error, instanceId: target }, 'a row of the record was lost'));
  }
  const seenNow = (id: string): Companion => ({ table: seen, values: { id, at: storedTime(clock.now()) } });

  const descriptorOf = (platform: string, { tenant }: InstanceRow) =>
    withFollowUp(platforms.get(platform, tenant)?.descriptor ?? plainDescriptor(platform));

  function end(connection: GatewayConnection): void {
    office.known(connection.instance.id)?.shut(connection.link);
    if (live.get(connection.instance.id)?.connection === connection) live.delete(connection.instance.id);
  }

  return {
    of: (instanceId) => live.get(instanceId),

    async enter(instance, transport) {
      const { id } = instance;
      const mailbox = await office.of(id);
      const told = new Map<string, string>();
      const connection: GatewayConnection = createGatewayConnection(instance, {
        transport,
        desk: createOutboundDesk(instance, { audit, clock, log, guard, followUps, platforms, onDenied: onChanged }),
        events: {
          descriptorOf(platform) {
            const descriptor = descriptorOf(platform, instance);
            told.set(platform, JSON.stringify(descriptor));
            return descriptor;
          },
          onAwake() {
            if (live.get(id)?.connection !== connection) return;
            mailbox.open(connection.link);
            const { identities } = connection;
            follow('relay.awake', id, { identities }, idleCompanion(id, false, clock.now()));
            onChanged(id);
          },
          async onIdle() {
            mailbox.shut(connection.link);
            await audit.append({ actor: `gateway:${id}`, action: 'relay.idle', target: id }, [
              idleCompanion(id, true, clock.now()),
            ]);
            onChanged(id);
          },
          onAck: (bufferId) => mailbox.acknowledge(bufferId),
          onInterrupt: ({ sessionKey, reason }) =>
            audit.note({ actor: `gateway:${id}`, action: 'relay.interrupt', target: id, data: { sessionKey, reason } }),
        },
      });
      const older = live.get(id)?.connection;
      if (older) {
        end(older);
        older.close('superseded');
      }
      live.set(id, { connection, since: toIso(clock.now()), told });
      // Asked only now, when a revoke that comes meanwhile finds the connection.
      const row = await db.relayInstance.findUnique({ where: { id }, select: { revokedAt: true } });
      if (row?.revokedAt === null) {
        onChanged(id);
        return connection;
      }
      end(connection);
      return null;
    },

    leave(connection) {
      const { id } = connection.instance;
      end(connection);
      follow('relay.leave', id, { skipped: connection.skipped }, seenNow(id));
      onChanged(id);
    },

    revoke(instanceId) {
      const entry = live.get(instanceId);
      if (!entry) return;
      end(entry.connection);
      entry.connection.close('unauthorized', 'revoked');
    },

    redial(platform) {
      for (const { connection, told } of [...live.values()]) {
        const before = told.get(platform);
        if (before === undefined || before === JSON.stringify(descriptorOf(platform, connection.instance))) continue;
        end(connection);
        connection.close('restarting', 'the platform changed');
      }
    },
  };
}

/** Whatever the platform: the tool token of a session's run is asked for by a follow-up. */
function withFollowUp(descriptor: Descriptor): Descriptor {
  return { ...descriptor, supported_ops: [...new Set([...(descriptor.supported_ops ?? []), 'follow_up' as const])] };
}
