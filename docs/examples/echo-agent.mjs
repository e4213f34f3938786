/**
 * The smallest agent that serves a chat: plain Node, no package, no model. Gatehouse starts it for a session of an upstream and
 * hands it each message over GATEHOUSE_WS_URL; it says the same back. Run it with `node --experimental-websocket echo-agent.mjs`
 * (Node 22 and newer need no flag).
 */
const { GATEHOUSE_WS_URL } = process.env;
if (!GATEHOUSE_WS_URL || typeof WebSocket === 'undefined') {
  process.stderr.write('This agent runs under Gatehouse, with Node 22 or --experimental-websocket.\n');
  process.exit(2);
}

const socket = new WebSocket(GATEHOUSE_WS_URL);
const waiting = new Map();
let calls = 0;
/** One answer after the other, so that they come in the order of what they answer. */
let last = Promise.resolve();

socket.addEventListener('message', ({ data }) => {
  const { id, result, error, method, params } = JSON.parse(data);
  if (method === 'event' && params.type === 'message.inbound') {
    last = last
      .then(() => answer(params.payload.event))
      .catch((problem) => process.stderr.write(`not sent: ${problem.message}\n`));
  }
  if (id === undefined) return;
  const { resolve, reject } = waiting.get(id) ?? {};
  waiting.delete(id);
  if (error) reject?.(new Error(`${error.data?.code ?? error.code}: ${error.message}`));
  else resolve?.(result);
});
// Gatehouse closes it when the run ends; then there is nobody to answer.
socket.addEventListener('close', () => process.exit(0));

async function answer({ text, message_id, source }) {
  process.stdout.write(`${source.user_name ?? source.user_id}: ${text}\n`);
  await call('message.send', {
    chatId: source.chat_id,
    content: `echo: ${text}`,
    ...(message_id && { replyTo: message_id }),
  });
}

/** A JSON-RPC 2.0 call: its result, or an error with the connector's own code. */
function call(method, params) {
  calls += 1;
  const id = calls;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  });
}
