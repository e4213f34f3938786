import type { TokenEndReason } from '@/lib/contracts/tokens';
import { ToolTokenRegistry } from '@/lib/tokens';
import type { ToolTokenGrant } from '@/lib/tokens/grant';
import { manualClock } from '@/test/support/manual-clock';

export const minute = 60_000;
export const run = { runId: 'run_a', projectId: 'demo' };

/** A registry on a clock of its own: no timer of it fires during a test. */
export function setUp() {
  const clock = manualClock();
  const ended: Array<{ id: string; reason: TokenEndReason; lastUsedMs: number }> = [];
  const extended: Array<{ id: string; expiresAt: string; lastUsedMs: number }> = [];
  const minted: Array<{ grant: ToolTokenGrant; hash: string; ttlMs: number }> = [];
  const registry = new ToolTokenRegistry({
    clock,
    listener: {
      minted: (grant, hash, ttlMs) => minted.push({ grant, hash, ttlMs }),
      extended: (grant, lastUsedMs) => extended.push({ id: grant.id, expiresAt: grant.expiresAt, lastUsedMs }),
      ended: (grant, reason, lastUsedMs) => ended.push({ id: grant.id, reason, lastUsedMs }),
    },
  });
  return { clock, registry, ended, extended, minted };
}

export const codeOf = (check: ReturnType<ToolTokenRegistry['validate']>) => (check.ok ? 'ok' : check.code);
