/** One chat platform as this process keeps it, and as people see it. */
import type { Page } from '@/lib/contracts/common';
import type { RelayPlatformKind, RelayPlatform as ShownPlatform } from '@/lib/contracts/relay-platforms';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { GivenPlatform } from './given';
import type { KeptPlatform } from './keeping';
import type { RelayPlatform } from './platform';

export interface Entry {
  readonly id: string;
  readonly kind: RelayPlatformKind;
  readonly label: string;
  readonly tenant: string;
  readonly shown: ShownPlatform['settings'];
  /** Null where it cannot be read: it was sealed under another master key. */
  readonly given: GivenPlatform | null;
  readonly createdBy: string;
  readonly createdAt: string;
  isEnabled: boolean;
  /** Null while it is turned off. */
  kept: KeptPlatform | null;
}

const unreadable = 'Its secrets cannot be read: the master key is another one. Remove this platform and add it again.';

export function shownPlatform(entry: Entry, publicUrl: string): ShownPlatform {
  const { id, kind, label, tenant, shown, given, isEnabled, kept, createdBy, createdAt } = entry;
  const state = given ? { status: kept?.status ?? 'starting', error: kept?.error ?? null } : broken;
  return {
    ...{ id, kind, label, tenant, createdBy, createdAt, settings: shown },
    ...(isEnabled ? state : { status: 'disabled', error: null }),
    account: kept?.connected?.account ?? null,
    ops: kept?.connected?.descriptor.supported_ops ?? [],
    inboundUrl: receives(entry) ? `${publicUrl}/relay/platforms/${id}` : null,
  };
}

const broken = { status: 'failed', error: unreadable } as const;

/** Discord posts interactions to whoever can check that they are its own. */
function receives({ kind, shown }: Entry): boolean {
  return kind === 'webhook' || (kind === 'discord' && shown.publicKey !== null);
}

/** Newer than any: the console comes before what was set up. */
const builtInMs = 8.64e15;

export function listPlatforms(
  entries: readonly Entry[],
  {
    builtIn,
    page: { limit, cursor },
    show,
  }: {
    builtIn: RelayPlatform;
    page: { limit: number; cursor?: string | undefined };
    show: (entry: Entry) => ShownPlatform;
  },
): Page<ShownPlatform> {
  const after = cursor ? decodeTimeCursor(cursor) : null;
  const shown = [...entries.map(show), shownBuiltIn(builtIn)]
    .map((platform) => ({
      platform,
      ms: platform.createdAt === null ? builtInMs : Date.parse(platform.createdAt),
    }))
    .sort((a, b) => b.ms - a.ms || (a.platform.id < b.platform.id ? 1 : -1))
    .filter(({ ms, platform: { id } }) => {
      const afterMs = after?.time.getTime();
      return after === null || afterMs === undefined || ms < afterMs || (ms === afterMs && id < after.id);
    });
  return pageFrom(shown.slice(0, limit + 1), limit, {
    ...{ cursor: ({ ms, platform }) => [ms, platform.id], item: ({ platform }) => platform },
  });
}

function shownBuiltIn({ name, descriptor }: RelayPlatform): ShownPlatform {
  return {
    ...{ id: name, kind: 'console', label: descriptor.label, tenant: 'default', status: 'ready', error: null },
    ...{ account: null, ops: descriptor.supported_ops ?? [], inboundUrl: null, settings: {} },
    ...{ createdBy: null, createdAt: null },
  };
}
