/** The fields of an upstream as somebody types them, and the body they come to. Pure. */
import { splitCommand } from '@/components/runs/split-command';
import type { CreateRelayUpstreamBody } from '@/lib/contracts/relay-upstreams';

export interface UpstreamValues {
  id: string;
  url: string;
  gatewayId: string;
  secret: string;
  /** A line each: a platform, then the id of the bot there. */
  identities: string;
  command: string;
  cwd: string;
  pluginId: string;
  projectId: string;
}

export const emptyUpstream: UpstreamValues = {
  id: '',
  url: '',
  gatewayId: '',
  secret: '',
  identities: 'console',
  command: '',
  cwd: '',
  pluginId: '',
  projectId: 'default',
};

export type UpstreamProblems = Partial<Record<keyof UpstreamValues, string>>;
type Parsed = { ok: true; body: CreateRelayUpstreamBody } | { ok: false; problems: UpstreamProblems };

export function upstreamBody(values: UpstreamValues): Parsed {
  const split = splitCommand(values.command);
  const identities = identitiesOf(values.identities);
  const problems: UpstreamProblems = {
    ...(!/^wss?:\/\//.test(values.url.trim()) && { url: 'Give an address that begins with wss:// or ws://.' }),
    ...(!split.ok && { command: split.problem }),
    ...(split.ok && split.argv.length === 0 && { command: 'Give the command that answers what arrives.' }),
    ...(identities.length === 0 && { identities: 'Give at least one platform.' }),
  };
  if (!split.ok || Object.keys(problems).length > 0) return { ok: false, problems };
  const [cwd, pluginId, secret] = [values.cwd.trim(), values.pluginId.trim(), values.secret.trim()];
  return {
    ok: true,
    body: {
      id: values.id.trim(),
      url: values.url.trim(),
      gatewayId: values.gatewayId.trim(),
      ...(secret && { secret }),
      identities,
      handler: {
        command: split.argv,
        ...(cwd && { cwd }),
        ...(pluginId && { pluginId }),
        projectId: values.projectId.trim(),
      },
    },
  };
}

function identitiesOf(text: string): { platform: string; botId: string }[] {
  return text.split('\n').flatMap((line) => {
    const [platform, ...botId] = line.trim().split(/\s+/);
    return platform ? [{ platform, botId: botId.join(' ') }] : [];
  });
}
