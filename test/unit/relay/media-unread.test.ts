/** A file that is asked for and not read: it is let go of again. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { createRelayMediaHandlers } from '@/server/relay-media';
import { covers } from '@/test/requirements';
import { relayWorld } from './world';

covers('relay.media');

it('a gateway that asks for a file and reads nothing of it is cut off, and one that reads gets all of it', async () => {
  const world = await relayWorld();
  const { secret } = await world.provision();
  const { id: instanceId } = await world.relay.get('gw-1');
  const bytes = Readable.from([Buffer.alloc(limits.relayMediaBytes)]);
  const { id } = await world.relay.media.keep(instanceId, { name: 'a', mime: 'text/plain', bytes }, 'gateway:x');
  const handlers = createRelayMediaHandlers(world.relay, { stallMs: 200 });
  const server = createServer((request, response) =>
    handlers.forPath(request.url ?? '')?.GET?.(request, response, () => undefined),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const authorization = `Bearer ${world.token(secret)}`;
  const read = await fetch(`http://127.0.0.1:${port}/relay/media/${id}`, { headers: { authorization } });
  expect((await read.arrayBuffer()).byteLength).toBe(limits.relayMediaBytes);
  const closed = new Promise<void>((resolve) => {
    server.once('connection', (socket) => socket.once('close', () => resolve()));
  });
  const unread = connect(port, '127.0.0.1').on('error', () => undefined);
  unread.write(`GET /relay/media/${id} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`);
  await closed;
  unread.destroy();
  server.closeAllConnections();
  server.close();
  await world.close();
});
