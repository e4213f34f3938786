/** Runs as the relay needs them, without a database of theirs: begun, ended in one commit with what goes with it, and given tokens. */
import type { AuditLog } from '@/lib/audit/log';
import type { StartRunBody } from '@/lib/contracts/runs';
import { newId } from '@/lib/platform/ids';
import type { RelayRuns } from '@/lib/relay/sessions';
import { createLiveRuns } from '@/lib/runs/live-runs';

export function playedRuns(audit: AuditLog) {
  const live = createLiveRuns();
  const started: StartRunBody[] = [];
  const runs: RelayRuns = {
    live,
    async start(body) {
      started.push(body);
      const id = newId('run');
      await audit.append({ actor: 'test', action: 'run.start', target: id });
      const nothing = { command: null, pluginId: null, cwd: null, plugin: null, connectors: null, startedById: null };
      const limits = { allowedEndpoints: null, allowedOperations: null, budgetLimitUsd: null, spentUsd: 0 };
      const { title, kind, projectId, principal } = body;
      live.add({
        ...{ id, title, kind, projectId, principal, ...nothing, ...limits },
        ...{ startedAtMs: 0, expiresAtMs: 0, lastActivityMs: 0 },
      });
      return { run: { id } as Awaited<ReturnType<RelayRuns['start']>>['run'] };
    },
    async endBySystem(runId, { status, action }) {
      const run = live.get(runId);
      await audit.append({ actor: 'test', action, target: runId }, run?.link?.companions(status));
      run?.link?.cut(status);
      live.remove(runId);
    },
    mintToken: async (runId) => ({ id: newId('tok'), token: `gth_tool_of_${runId}`, expiresAt: 'later' }),
    touch: () => undefined,
  };
  return { runs, live, started };
}
