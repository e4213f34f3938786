/** What the server says about itself and about the key. */
import type { RouteId } from '@/lib/contracts/routes';
import type { Clock } from '@/lib/platform/clock';
import { type Api, type CallInput, createApi, unreachable } from '../api';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import type { Settings } from '../settings';
import { type CheckResult, ok, problem, skipped, warning } from './check';

const timeoutMs = 10_000;
const skewLimitMs = 5_000;

/** Reachable, ready, and the clocks agree. An empty list of answers means that nothing else is worth asking. */
export async function checkServer({ url }: Settings, clock: Clock): Promise<CheckResult[]> {
  const health = await get(`${url}/healthz`);
  if (health instanceof CliFailure) return [problem('Server', health.message, 'Start it: npm start')];
  if (health.status !== 200)
    return [problem('Server', `${url}/healthz answers ${health.status}`, 'See that GATEHOUSE_URL leads to Gatehouse.')];
  return [ok('Server', 'it answers'), await checkReady(url), checkClock(health, clock)];
}

async function checkReady(url: string): Promise<CheckResult> {
  const ready = await get(`${url}/readyz`);
  if (ready instanceof Response && ready.status === 200) return ok('Ready', 'it serves');
  const why = ready instanceof Response ? (await ready.text()).slice(0, 300) : ready.message;
  return problem('Ready', why, "The server's log has the reason.");
}

function checkClock(response: Response, clock: Clock): CheckResult {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return skipped('Clock', 'the answer carries no date');
  // The header is cut to whole seconds.
  const skewMs = Math.max(0, Math.abs(clock.now() - date) - 1_000);
  if (skewMs <= skewLimitMs) return ok('Clock', 'agrees with the server');
  return warning(
    'Clock',
    `${Math.round(skewMs / 1000)} s apart from the server`,
    'Times in lists are off. Set the clock, for example with NTP.',
  );
}

/** One harmless call a scope; the body is wrong on purpose where a right one would do something. */
const probes: ReadonlyArray<{ scope: string; id: RouteId; input: CallInput<RouteId>; needed: boolean }> = [
  { scope: 'runs:read', id: 'runs.list', input: { query: { limit: 1 } }, needed: true },
  { scope: 'runs:write', id: 'runs.end', input: { params: { id: 'run_doctor' } }, needed: true },
  { scope: 'audit:read', id: 'audit.list', input: { query: { limit: 1 } }, needed: false },
];

export interface KeyCheck {
  result: CheckResult;
  api: Api | null;
  scopes: string[];
}

export async function checkKey(settings: Settings): Promise<KeyCheck> {
  if (settings.key === null) {
    return {
      result: problem('Key', 'none is set', 'Set GATEHOUSE_SERVICE_KEY, or: gatehouse config set key < key-file'),
      api: null,
      scopes: [],
    };
  }
  const api = createApi(settings);
  const scopes: string[] = [];
  for (const { scope, id, input } of probes) {
    const failure = await api.call(id, input).then(
      () => null,
      (error: unknown) => error,
    );
    if (failure instanceof CliFailure && failure.status === 401) {
      return {
        result: problem(
          'Key',
          `refused (${settings.keyFrom}): ${failure.message}`,
          'Make another under Settings, Service keys.',
        ),
        api: null,
        scopes,
      };
    }
    if (failure instanceof CliFailure && (failure.exitCode === exitCodes.unreachable || failure.status >= 500)) {
      return { result: problem('Key', failure.message, "The server's log has the reason."), api: null, scopes };
    }
    if (!(failure instanceof CliFailure && failure.status === 403)) scopes.push(scope);
  }
  const missing = probes.filter(({ scope }) => !scopes.includes(scope));
  const found = `valid (${settings.keyFrom}), scopes seen: ${scopes.join(' ') || 'none'}`;
  if (missing.length === 0) return { result: ok('Key', found), api, scopes };
  const lacking = missing.map(({ scope }) => scope).join(' ');
  const result = missing.some(({ needed }) => needed)
    ? problem('Key', found, `run and revoke need ${lacking}. Make a key with them under Settings, Service keys.`)
    : warning('Key', found, `Without ${lacking} the audit commands are refused.`);
  return { result, api, scopes };
}

async function get(url: string): Promise<Response | CliFailure> {
  try {
    return await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    return unreachable(new URL(url).origin, error);
  }
}
