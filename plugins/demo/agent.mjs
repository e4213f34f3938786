/**
 * The demo agent: plain Node, no package, no model. It works through the gate as any agent does, with nothing but what its
 * environment gives it, reports each step on GATEHOUSE_PUB_URL and says the same in its terminal.
 */
import { setTimeout as pause } from 'node:timers/promises';

const { GATEHOUSE_URL, GATEHOUSE_TOOL_TOKEN, GATEHOUSE_PUB_URL, GATEHOUSE_RUN_ID } = process.env;
const seconds = (name, fallback) => {
  const given = Number(process.env[name]);
  return Number.isFinite(given) && given > 0 ? given : fallback;
};
/** How long it goes on, and how long it waits between two looks. Shorter in tests. */
const lifeMs = seconds('DEMO_SECONDS', 180) * 1000;
const paceMs = seconds('DEMO_PACE_SECONDS', 4) * 1000;

const colours = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 };
const paint = (colour, text) => `\u001b[${colours[colour]}m${text}\u001b[0m`;
const signs = {
  allowed: paint('green', '✔ allowed '),
  held: paint('yellow', '… held    '),
  refused: paint('red', '✘ refused '),
  failed: paint('red', '✘ failed  '),
};

if (!GATEHOUSE_URL || !GATEHOUSE_TOOL_TOKEN) {
  process.stderr.write('This agent runs under Gatehouse: start a run of the plugin "demo".\n');
  process.exit(2);
}

const reports = openReports();
const startedMs = performance.now();
const leftMs = () => lifeMs - (performance.now() - startedMs);

/** A tool token that is refused means the run was ended: there is nothing left to do. */
class RunEnded extends Error {}

try {
  await demo();
  say('');
  say(paint('bold', 'Done.'), paint('dim', 'Everything above is on the record, and in the calls of this run.'));
  report('demo.done', {});
} catch (error) {
  if (error instanceof RunEnded) {
    say(paint('red', 'The run was ended:'), error.message);
  } else {
    say(paint('red', 'The demo broke:'), String(error?.message ?? error));
    report('demo.failed', { message: String(error?.message ?? error) });
    process.exitCode = 1;
  }
} finally {
  await reports.close();
}

async function demo() {
  say(paint('bold', 'Gatehouse demo agent'), paint('dim', `run ${GATEHOUSE_RUN_ID ?? ''}`));
  say(paint('dim', 'No model here: a script that calls tools through the gate, about three minutes long.'));

  step('Which connectors may I call?');
  const { body: listed } = await request('GET', '/api/tools/connectors/list');
  for (const connector of listed.connectors ?? []) {
    const tools = connector.tools.map(({ name, approval }) => (approval === 'auto' ? name : `${name} (asks)`));
    say('  ', paint('cyan', connector.id), tools.join(', '));
  }
  report('demo.connectors', { connectors: (listed.connectors ?? []).map(({ id }) => id) });

  step('Read: a reading tool passes at once');
  await call('files', 'list_files', { path: '.' });
  await call('files', 'read_file', { path: 'welcome.md' });

  step('Ask for what this plugin was not granted');
  const system = await call('system', 'read_load', {});
  if (system.outcome === 'refused') {
    say('   ', paint('dim', 'This is the point of the gate. I go on asking: grant it on the page of the plugin Demo'));
    say('   ', paint('dim', 'and the next call passes, with no restart.'));
  }

  step('Write: waits until an operator has seen the exact arguments');
  await writeNote();

  step('Watch the grants: each look is a call, decided anew');
  await watchSystem(system.outcome);
}

async function writeNote() {
  const path = 'notes/from-the-demo.md';
  const content = `# A note from the demo agent\n\nWritten by run ${GATEHOUSE_RUN_ID ?? 'unknown'} once an operator let it.\n`;
  say('   ', paint('dim', 'Open the page Approvals, or type: gatehouse approvals'));
  const written = await call('files', 'write_file', { path, content });
  if (written.outcome === 'allowed') await call('files', 'read_file', { path });
}

/** Says only what changed: granted, revoked, or the limit of calls. */
async function watchSystem(before) {
  let known = before;
  while (leftMs() > paceMs) {
    // Ten calls a minute is the limit of a connector; refused ones do not count.
    await pause(known === 'allowed' ? paceMs * 1.75 : paceMs);
    const { outcome, code } = await call('system', 'read_load', {}, { quiet: (next) => next === known });
    if (code === 'CONNECTOR_RATE_LIMITED') {
      await pause(Math.min(paceMs * 3, Math.max(0, leftMs())));
      continue;
    }
    if (known === 'refused' && outcome === 'allowed') {
      say('   ', paint('green', 'Granted while I ran.'), paint('dim', 'Revoke it, and I am refused on my next call.'));
      report('demo.granted', { connectorId: 'system' });
    }
    if (known === 'allowed' && outcome === 'refused') {
      say('   ', paint('red', 'Revoked while I ran.'));
      report('demo.revoked', { connectorId: 'system' });
    }
    known = outcome;
  }
}

/** One call through the gate, said and reported. A refusal is an answer, not an error. */
async function call(connectorId, toolName, input, { quiet = () => false } = {}) {
  const answer = await request('POST', '/api/tools/connectors/execute', { connectorId, toolName, input, wait: 0 });
  const ended = answer.status === 202 ? await untilDecided(answer.body, connectorId, toolName) : answer;
  const outcome = outcomeOf(ended);
  const code = ended.body?.error?.code;
  if (quiet(outcome) || (code === 'CONNECTOR_RATE_LIMITED' && quiet('refused'))) return { outcome, code };
  say(signs[outcome], paint('cyan', `${connectorId}.${toolName}`), paint('dim', JSON.stringify(input).slice(0, 80)));
  const text = ended.ok ? ended.body.outputSummary : `${code}: ${ended.body?.error?.message ?? ''}`;
  for (const line of wrapped(plain(text))) say('   ', outcome === 'allowed' ? paint('dim', line) : line);
  report('demo.call', { connectorId, toolName, outcome, ...(code ? { code } : {}) });
  return { outcome, code };
}

async function untilDecided({ callId, approvalId }, connectorId, toolName) {
  say(signs.held, paint('cyan', `${connectorId}.${toolName}`), paint('dim', `waits for an operator (${approvalId})`));
  report('demo.call', { connectorId, toolName, outcome: 'held', approvalId });
  for (;;) {
    await pause(Math.min(1_000, paceMs));
    const answer = await request('GET', `/api/tools/calls/${callId}`);
    if (answer.status !== 202) return answer;
    if (leftMs() <= 0)
      return {
        status: 408,
        ok: false,
        body: { error: { code: 'NOBODY_DECIDED', message: 'Nobody decided while the demo ran.' } },
      };
  }
}

function outcomeOf({ ok, status, body }) {
  if (ok) return body?.output?.isError ? 'failed' : 'allowed';
  return status >= 500 ? 'failed' : 'refused';
}

async function request(method, path, body) {
  const response = await fetch(new URL(path, GATEHOUSE_URL), {
    method,
    headers: { authorization: `Bearer ${GATEHOUSE_TOOL_TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json().catch(() => ({}));
  const code = answer.error?.code;
  if (response.status === 401 || code === 'RUN_NOT_ACTIVE')
    throw new RunEnded(plain(answer.error?.message ?? 'no reason given'));
  return { status: response.status, ok: response.status === 200, body: answer };
}

/** Event lines for the page of the run. The demo goes on without them where the socket does not open. */
function openReports() {
  if (!GATEHOUSE_PUB_URL || typeof WebSocket === 'undefined') return { send: () => {}, close: async () => {} };
  const socket = new WebSocket(GATEHOUSE_PUB_URL);
  const waiting = [];
  socket.addEventListener('open', () => {
    for (const line of waiting.splice(0)) socket.send(line);
  });
  socket.addEventListener('error', () => {});
  return {
    send: (line) => (socket.readyState === WebSocket.OPEN ? socket.send(line) : waiting.push(line)),
    close: async () => {
      if (socket.readyState > WebSocket.OPEN) return;
      const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
      socket.close();
      await Promise.race([closed, pause(1_000, undefined, { ref: false })]);
    },
  };
}

function report(type, data) {
  reports.send(JSON.stringify({ type, ...data }));
}

function step(title) {
  say('');
  say(paint('bold', title));
  report('demo.step', { title });
}

function say(...parts) {
  process.stdout.write(`${parts.join(' ')}\n`);
}

/** What others wrote is shown, and acts on no terminal. */
function plain(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out.
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function wrapped(text, width = 90) {
  return text.match(new RegExp(`.{1,${width}}(\\s|$)|\\S+`, 'g'))?.map((line) => line.trim()) ?? [];
}
