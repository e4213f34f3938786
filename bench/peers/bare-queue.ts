/** The least a call over a stream can be: XREADGROUP, an answer on another stream, XACK. Nothing is checked and nothing is kept. */
import { createClient, RESP_TYPES } from '@redis/client';

const [url = ''] = process.argv.slice(2);
const bytes = { [RESP_TYPES.BLOB_STRING]: Buffer };
const client = createClient({ url });
const reader = client.duplicate().withTypeMapping(bytes);
await Promise.all([client.connect(), reader.connect()]);
await client.xGroupCreate('bare:calls', 'bare', '0', { MKSTREAM: true });
process.send?.({ ready: true });
for (;;) {
  const streams = await reader.xReadGroup('bare', 'one', { key: 'bare:calls', id: '>' }, { COUNT: 32, BLOCK: 1_000 });
  for (const { id, message } of streams?.[0]?.messages ?? []) {
    void client.xAdd('bare:answers', '*', { reply: message.envelope ?? Buffer.alloc(0) });
    void client.xAck('bare:calls', 'bare', id);
  }
}
