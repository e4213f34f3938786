/** The check every tool call starts with, in process: endpoint and operation asked for, few and many live tokens. */
import { createHash } from 'node:crypto';
import { ToolTokenRegistry } from '@/lib/tokens/registry';
import { against, bench, expectThat, type Growth, type Row, spread } from './support/report';
import { rounds } from './support/rounds';

const endpoint = '/api/tools/connectors/execute';
const operation = 'connectors:execute';
const liveTokens = { '1 k': 1_000, '100 k': 100_000 };
const sampleMs = 400;
const batch = 1_000;

interface BaselineEntry {
  grant: { id: string; runId: string; allowedEndpoints: string[]; allowedOperations: string[] };
  expiresAtMs: number;
}

/** What one writes first: the bearer's SHA-256 as the key of a Map, and a copy of the grant for the caller. */
function createBaseline() {
  const entries = new Map<string, BaselineEntry>();
  const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
  return {
    add: (token: string, entry: BaselineEntry) => void entries.set(hashOf(token), entry),
    validate(token: string, asked: { endpoint: string; operation: string }) {
      const entry = entries.get(hashOf(token));
      if (!entry) return { ok: false as const, code: 'TOOL_TOKEN_INVALID' };
      if (Date.now() >= entry.expiresAtMs) return { ok: false as const, code: 'TOOL_TOKEN_EXPIRED' };
      const { allowedEndpoints, allowedOperations } = entry.grant;
      if (!allowedEndpoints.includes('*') && !allowedEndpoints.includes(asked.endpoint))
        return { ok: false as const, code: 'TOOL_ENDPOINT_DENIED' };
      if (!allowedOperations.includes('*') && !allowedOperations.includes(asked.operation))
        return { ok: false as const, code: 'TOOL_OPERATION_DENIED' };
      return { ok: true as const, grant: { ...entry.grant } };
    },
  };
}

interface Side {
  validate: (
    token: string,
    asked: { endpoint: string; operation: string },
  ) => { ok: boolean; code?: string; grant?: { id: string; runId: string } };
}

function createSides(count: number) {
  const registry = new ToolTokenRegistry();
  const baseline = createBaseline();
  const tokens = Array.from({ length: count }, (_, index) => {
    const { token, ...grant } = registry.mint({
      runId: `run_${Math.floor(index / 10)}`,
      projectId: 'bench',
      allowedEndpoints: [endpoint, '/mcp'],
      allowedOperations: [operation, 'mcp:call'],
      ttlMs: 3_600_000,
    });
    baseline.add(token, {
      grant: { ...grant, allowedEndpoints: [endpoint, '/mcp'], allowedOperations: [operation, 'mcp:call'] },
      expiresAtMs: Date.parse(grant.expiresAt),
    });
    return { token, id: grant.id };
  });
  return { registry, baseline, tokens };
}

/** A step that shares no factor with the counts visits every token, and never two neighbours in a row. */
const stride = 7_919;

function checksPerSecond(side: Side, tokens: Array<{ token: string }>, fresh: boolean): number {
  const asked = { endpoint, operation };
  const resident = tokens.map(({ token }) => token);
  // As a header arrives: each call makes its string from the bytes that were received.
  const received = Buffer.from(resident.join(''), 'latin1');
  const length = received.length / tokens.length;
  let [at, checks, allowed] = [0, 0, 0];
  const endsMs = performance.now() + sampleMs;
  const before = process.cpuUsage();
  while (performance.now() < endsMs) {
    for (let each = 0; each < batch; each += 1) {
      at = (at + stride) % tokens.length;
      const token = fresh ? received.toString('latin1', at * length, (at + 1) * length) : (resident[at] ?? '');
      if (side.validate(token, asked).ok) allowed += 1;
    }
    checks += batch;
  }
  // Processor time, garbage collection included: what else runs on the machine is not part of the claim.
  const { user, system } = process.cpuUsage(before);
  expectThat(allowed === checks, `${checks - allowed} of ${checks} live tokens were refused`);
  return checks / ((user + system) / 1e6);
}

function expectRightAnswers(side: Side, tokens: Array<{ token: string; id: string }>): void {
  for (const { token, id } of tokens.slice(0, 100)) {
    expectThat(side.validate(token, { endpoint, operation }).grant?.id === id, 'another token’s grant');
    expectThat(side.validate(`${token.slice(0, -1)}!`, { endpoint, operation }).code === 'TOOL_TOKEN_INVALID', 'typo');
    expectThat(side.validate(token, { endpoint: '/x', operation }).code === 'TOOL_ENDPOINT_DENIED', 'endpoint');
    expectThat(side.validate(token, { endpoint, operation: 'x' }).code === 'TOOL_OPERATION_DENIED', 'operation');
  }
}

await bench(async () => {
  const rows: Row[] = [];
  const growth: Growth[] = [];
  for (const fresh of [true, false]) {
    const strings = fresh ? 'as received' : 'resident string';
    const line: Growth = { what: `token check, ${strings}`, unit: 'checks/s', sizes: [] };
    for (const [size, count] of Object.entries(liveTokens)) {
      const { registry, baseline, tokens } = createSides(count);
      for (const side of [registry, baseline]) expectRightAnswers(side, tokens);
      const { gatehouse, peer } = await rounds({
        gatehouse: () => checksPerSecond(registry, tokens, fresh),
        peer: () => checksPerSecond(baseline, tokens, fresh),
      });
      const goal = { text: '≥ 3×', meets: (ratio: number) => ratio >= 3 };
      const what = `token check, ${size} live, ${strings}`;
      rows.push(
        against({ what, unit: 'checks/s', goal }, gatehouse, { name: 'createHash + Map + spread', values: peer }),
      );
      line.sizes.push({ size: `${size} tokens`, value: spread(gatehouse) });
      registry.clear();
    }
    growth.push(line);
  }
  return { rows, growth };
});
