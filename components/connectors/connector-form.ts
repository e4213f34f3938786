/** The fields of a connector as somebody types them, and the body they come to. Pure. */
import { splitCommand } from '@/components/runs/split-command';
import { formatCommand } from '@/components/ui/format';
import type { Connector, ConnectorLimits, ConnectorTransport } from '@/lib/contracts/connectors';

export interface ConnectorValues {
  id: string;
  name: string;
  kind: ConnectorTransport['kind'];
  command: string;
  cwd: string;
  /** A line each: NAME=value. */
  env: string;
  url: string;
  /** A line each: Name: value. */
  headers: string;
  allowPrivateHost: boolean;
  callsPerMinute: string;
  callsPerRun: string;
  outputKilobytes: string;
  timeoutSeconds: string;
}

export const emptyConnector: ConnectorValues = {
  id: '',
  name: '',
  kind: 'stdio',
  command: '',
  cwd: '',
  env: '',
  url: '',
  headers: '',
  allowPrivateHost: false,
  callsPerMinute: '',
  callsPerRun: '',
  outputKilobytes: '',
  timeoutSeconds: '',
};

export function valuesOf({
  id,
  name,
  transport,
  limits,
}: Pick<Connector, 'id' | 'name' | 'transport' | 'limits'>): ConnectorValues {
  const shared = {
    ...emptyConnector,
    id,
    name,
    // One that is built in has no transport to edit.
    kind: transport.kind === 'builtin' ? ('stdio' as const) : transport.kind,
    callsPerMinute: String(limits.callsPerMinute),
    callsPerRun: String(limits.callsPerRun),
    outputKilobytes: String(Math.round(limits.outputBytes / 1024)),
    timeoutSeconds: String(limits.timeoutSeconds),
  };
  if (transport.kind === 'http') {
    return {
      ...shared,
      url: transport.url,
      headers: linesOf(transport.headers, ': '),
      allowPrivateHost: transport.allowPrivateHost ?? false,
    };
  }
  if (transport.kind === 'builtin') return shared;
  return {
    ...shared,
    command: formatCommand([transport.command, ...(transport.args ?? [])]),
    cwd: transport.cwd ?? '',
    env: linesOf(transport.env, '='),
  };
}

function linesOf(pairs: Record<string, string> | undefined, separator: string): string {
  return Object.entries(pairs ?? {})
    .map(([name, value]) => `${name}${separator}${value}`)
    .join('\n');
}

export type ConnectorProblems = Partial<Record<keyof ConnectorValues, string>>;
type Parsed = { ok: true; transport: ConnectorTransport } | { ok: false; problems: ConnectorProblems };

export function transportOf(values: ConnectorValues): Parsed {
  return values.kind === 'http' ? httpOf(values) : stdioOf(values);
}

function stdioOf({ command, cwd, env }: ConnectorValues): Parsed {
  const split = splitCommand(command);
  if (!split.ok) return { ok: false, problems: { command: split.problem } };
  const [program, ...args] = split.argv;
  if (program === undefined) return { ok: false, problems: { command: 'Give the command that starts the server.' } };
  const pairs = pairsOf(env, '=');
  if (typeof pairs === 'string') return { ok: false, problems: { env: pairs } };
  return {
    ok: true,
    transport: {
      kind: 'stdio',
      command: program,
      ...(args.length > 0 && { args }),
      ...(Object.keys(pairs).length > 0 && { env: pairs }),
      ...(cwd.trim() !== '' && { cwd: cwd.trim() }),
    },
  };
}

function httpOf({ url, headers, allowPrivateHost }: ConnectorValues): Parsed {
  if (!/^https?:\/\//.test(url.trim())) {
    return { ok: false, problems: { url: 'Give an address that begins with https:// or http://.' } };
  }
  const pairs = pairsOf(headers, ':');
  if (typeof pairs === 'string') return { ok: false, problems: { headers: pairs } };
  return {
    ok: true,
    transport: {
      kind: 'http',
      url: url.trim(),
      ...(Object.keys(pairs).length > 0 && { headers: pairs }),
      ...(allowPrivateHost && { allowPrivateHost }),
    },
  };
}

/** What is wrong, as a sentence, where a line is no pair. */
function pairsOf(text: string, separator: '=' | ':'): Record<string, string> | string {
  const pairs: [string, string][] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf(separator);
    if (at < 1) return `Line ${index + 1} has no “${separator}” after a name.`;
    const value = line.slice(at + 1);
    pairs.push([line.slice(0, at).trim(), separator === ':' ? value.trim() : value]);
  }
  return Object.fromEntries(pairs);
}

/** Only what was filled in: the rest keeps its default. */
export function limitsOf(values: ConnectorValues): ConnectorLimits {
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text));
  const kilobytes = number(values.outputKilobytes);
  return Object.fromEntries(
    Object.entries({
      callsPerMinute: number(values.callsPerMinute),
      callsPerRun: number(values.callsPerRun),
      outputBytes: kilobytes === undefined ? undefined : kilobytes * 1024,
      timeoutSeconds: number(values.timeoutSeconds),
    }).filter(([, value]) => value !== undefined),
  );
}

type Servers = Record<string, unknown>;
/** What people have: the whole `{"mcpServers": …}`, or only what stands inside it. */
export function parseServers(text: string): { ok: true; mcpServers: Servers } | { ok: false; problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `This is not JSON: ${error instanceof Error ? error.message : String(error)}.` };
  }
  const servers = isObject(parsed) && 'mcpServers' in parsed ? parsed.mcpServers : parsed;
  if (!isObject(servers) || Object.keys(servers).length === 0) {
    return { ok: false, problem: 'Paste an object with a server under each name: {"mcpServers": {"files": {…}}}.' };
  }
  if (!Object.values(servers).every(isObject)) {
    return { ok: false, problem: 'Each server must be an object with a "command" or a "url".' };
  }
  return { ok: true, mcpServers: servers };
}

function isObject(value: unknown): value is Servers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
