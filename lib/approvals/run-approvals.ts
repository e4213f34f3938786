/** Which tools a run may call with any arguments, since somebody approved one of its calls for the rest of the run. */

export interface RunApproval {
  id: string;
  decidedBy: string;
}

export interface RunApprovals {
  add(of: { runId: string; connectorId: string; toolName: string }, approval: RunApproval): void;
  find(runId: string, connectorId: string, toolName: string): RunApproval | undefined;
  endRun(runId: string): void;
}

export function createRunApprovals(): RunApprovals {
  const byRun = new Map<string, Map<string, RunApproval>>();
  // JSON of both, so that no name of a connector and a tool can read as another pair.
  const keyOf = (connectorId: string, toolName: string) => JSON.stringify([connectorId, toolName]);
  return {
    add({ runId, connectorId, toolName }, approval) {
      const tools = byRun.get(runId) ?? new Map<string, RunApproval>();
      byRun.set(runId, tools.set(keyOf(connectorId, toolName), approval));
    },
    find: (runId, connectorId, toolName) => byRun.get(runId)?.get(keyOf(connectorId, toolName)),
    endRun: (runId) => void byRun.delete(runId),
  };
}
