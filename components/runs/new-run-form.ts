import type { BodyInput } from '@/components/api/client';
import { accessBody, type CloudAccessValues, checkAccess } from '@/components/credentials/cloud-access-form';
import type { ProviderState } from '@/lib/contracts/credentials';
import { splitCommand } from './split-command';

export interface NewRunValues {
  title: string;
  projectId: string;
  kind: 'pty' | 'external';
  /** Empty for none. */
  pluginId: string;
  /** The plugin brings a command of its own. */
  pluginStartable: boolean;
  /** Null for every connector. */
  connectors: readonly string[] | null;
  command: string;
  cwd: string;
  userId: string;
  ttlMinutes: string;
  budgetUsd: string;
  /** The clouds it may use, at most one session at each. */
  credentials: readonly CloudAccessValues[];
}

export const shortestTtlMinutes = 1;
export const longestTtlMinutes = 1440;

/** What the form has to say before it asks the server, by field. */
export function checkNewRun(values: NewRunValues): Partial<Record<keyof NewRunValues, string>> {
  const problems: Partial<Record<keyof NewRunValues, string>> = {};
  if (values.kind === 'pty') {
    const split = splitCommand(values.command);
    if (!split.ok) problems.command = split.problem;
    else if (split.argv.length === 0 && !values.pluginStartable) problems.command = 'Say which program to start.';
  }
  const minutes = Number(values.ttlMinutes);
  if (!Number.isInteger(minutes) || minutes < shortestTtlMinutes || minutes > longestTtlMinutes) {
    problems.ttlMinutes = `Between ${shortestTtlMinutes} and ${longestTtlMinutes} whole minutes.`;
  }
  if (values.budgetUsd.trim() !== '' && !(Number(values.budgetUsd) > 0))
    problems.budgetUsd = 'More than 0, or leave it empty.';
  return problems;
}

/** The same for what it asks of clouds, in their order. */
export function checkClouds({ credentials }: NewRunValues, states: readonly ProviderState[]) {
  return credentials.map((each) => checkAccess(each, states));
}

/** Only for values that `checkNewRun` and `checkClouds` have nothing against. */
export function newRunBody(values: NewRunValues, states: readonly ProviderState[]): BodyInput<'runs.create'> {
  const split = splitCommand(values.command);
  return {
    title: values.title,
    projectId: values.projectId,
    kind: values.kind,
    principal: { userId: values.userId },
    ttlSeconds: Number(values.ttlMinutes) * 60,
    ...(values.budgetUsd.trim() !== '' && { budgetUsd: Number(values.budgetUsd) }),
    ...(values.pluginId !== '' && { pluginId: values.pluginId }),
    ...(values.connectors !== null && { connectors: [...values.connectors] }),
    ...(values.kind === 'pty' && split.ok && split.argv.length > 0 && { command: split.argv }),
    ...(values.credentials.length > 0 && { credentials: values.credentials.map((each) => accessBody(each, states)) }),
    ...(values.kind === 'pty' && values.cwd.trim() !== '' && { cwd: values.cwd.trim() }),
  };
}
