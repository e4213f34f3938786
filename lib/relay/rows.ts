/** Rows of the relay to the wire. */
import type { RelayBinding, RelayDenial, RelayInstance, RelayStatus } from '@/lib/contracts/relay';
import type { RelayBindingModel, RelayDenialModel } from '@/prisma/generated/models';
import type { GatewayConnection } from './connection';
import type { InstanceRow } from './instances';

/** What only this process knows of an instance. */
export interface InstanceState {
  connection: GatewayConnection | undefined;
  connectedAt: string | null;
  events: number;
  bytes: number;
  oldestAt: Date | null;
  bindings: number;
}

export function toRelayInstance(row: InstanceRow, state: InstanceState): RelayInstance {
  const { id, gatewayId, tenant, platform, botId, createdBy, revokeReason } = row;
  return {
    ...{ id, gatewayId, tenant, platform, botId, createdBy, revokeReason },
    status: statusOf(row, state),
    identities: [...(state.connection?.identities ?? [])],
    routeKeys: JSON.parse(row.routeKeys) as string[],
    wakeUrl: row.wakeUrl === null ? null : new URL(row.wakeUrl).origin,
    buffer: {
      ...{ events: state.events, bytes: state.bytes, dropped: row.dropped },
      oldestAt: state.oldestAt?.toISOString() ?? null,
    },
    bindings: state.bindings,
    createdAt: row.createdAt.toISOString(),
    connectedAt: state.connectedAt,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    rotatedAt: row.rotatedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

function statusOf(row: InstanceRow, { connection }: InstanceState): RelayStatus {
  if (row.revokedAt) return 'disabled';
  if (connection?.isAwake) return 'live';
  return row.idle ? 'idle' : 'offline';
}

export function toBinding({ platform, userId, userName, boundAt }: RelayBindingModel): RelayBinding {
  return { platform, userId, userName, boundAt: boundAt.toISOString() };
}

export function toDenial({ at, platform, op, chatId, reason }: RelayDenialModel): RelayDenial {
  return { at: at.toISOString(), platform, op, chatId, reason };
}
