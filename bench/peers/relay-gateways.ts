/** Gateways on loopback: they say hello, count what reaches them in its order, and acknowledge what is stored. */
import WebSocket from 'ws';

export interface GatewaysOrder {
  url: string;
  /** Of each socket: its path, and the bearer it dials with. */
  dials: Array<{ path: string; bearer?: string }>;
  /** How many events are told as one. */
  expect: number;
}
export interface GatewaysTold {
  ready?: number;
  got?: number;
  wrong?: number;
}

interface Frame {
  type: string;
  bufferId?: string;
  event?: { text: string };
}

const sockets: WebSocket[] = [];
const dialledAtOnce = 100;
let expected = 0;
let got = 0;
let wrong = 0;
const tell = (told: GatewaysTold) => process.send?.(told);

function dial(url: string, { path, bearer }: GatewaysOrder['dials'][number]): Promise<void> {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const ws = new WebSocket(`${url}${path}`, { headers, perMessageDeflate: false });
  sockets.push(ws);
  let last = -1;
  return new Promise((resolve, reject) => {
    ws.on('error', reject);
    ws.on('open', () => ws.send('{"type":"hello","platform":"console","botId":"bench"}\n'));
    ws.on('message', (data) => {
      for (const line of String(data).split('\n')) if (line !== '') read(JSON.parse(line) as Frame);
    });
    function read({ type, bufferId, event }: Frame): void {
      if (type === 'descriptor') resolve();
      if (type !== 'inbound' || !event) return;
      const number = Number(event.text);
      if (!(number > last)) wrong += 1;
      last = number;
      if (bufferId !== undefined) ws.send(`${JSON.stringify({ type: 'inbound_ack', bufferId })}\n`);
      got += 1;
      if (got === expected) tell({ got, wrong });
    }
  });
}

process.on('message', async ({ url, dials, expect }: GatewaysOrder) => {
  got = 0;
  expected = expect;
  for (let from = 0; from < dials.length; from += dialledAtOnce)
    await Promise.all(dials.slice(from, from + dialledAtOnce).map((each) => dial(url, each)));
  tell({ ready: sockets.length });
});
tell({ ready: 0 });
