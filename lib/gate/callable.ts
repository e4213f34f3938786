/** What a run may call now: the rule of the gate as far as it can be asked without a call. */

import type { ConnectorState } from '@/lib/connectors/directory';
import type { CallableConnectors } from '@/lib/contracts/calls';
import type { LiveRun } from '@/lib/runs/live-runs';
import { checkPlugin, type World } from './steps';

export function callableConnectors(run: LiveRun, world: World): ConnectorState[] {
  return world.connectors.all().filter(({ id, enabled, builtin }) => {
    if (builtin || !enabled || world.locks.find({ connectorId: id })) return false;
    return checkPlugin(run, { connectorId: id, toolName: '', input: {} }, world).ok;
  });
}

export function callableBy(run: LiveRun, world: World): CallableConnectors {
  return {
    connectors: callableConnectors(run, world).map(({ id, name, tools }) => ({
      id,
      name,
      tools: [...tools.values()]
        .filter(({ approval }) => approval !== 'disabled')
        .map(({ name, description, inputSchema, safety, approval }) => ({
          name,
          description,
          inputSchema,
          safety,
          approval,
        })),
    })),
  };
}
