/** The socket to a connector, and where it may lead. */
import { once } from 'node:events';
import type { AddressInfo, LookupFunction } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { privateLookup, requireUsableUrl } from '@/lib/relay/upstreams/address';
import { createUpstreamLink } from '@/lib/relay/upstreams/link';
import { openSocket } from '@/lib/relay/upstreams/socket';
import { covers } from '@/test/requirements';

covers('upstreams.dial');

describe('a socket', () => {
  it('to a connector that stopped answering is cut', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, autoPong: false });
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const closed = await new Promise((resolve) => {
      openSocket(
        { url, headers: {}, heartbeatMs: 10 },
        { onOpen: () => undefined, onMessage: () => undefined, onClose: resolve },
      );
    });
    expect(closed).toMatchObject({ code: 1006, problem: 'It stopped answering.' });
    server.close();
  });

  it('tells why it could not be opened', async () => {
    const closed = await new Promise<{ problem: string | null }>((resolve) => {
      const events = { onOpen: () => undefined, onMessage: () => undefined, onClose: resolve };
      openSocket({ url: 'ws://127.0.0.1:1/relay', headers: {} }, events);
    });
    expect(closed.problem).toContain('ECONNREFUSED');
  });
});

describe('an address', () => {
  const names: Record<string, string[]> = { inside: ['10.0.0.7'], outside: ['8.8.8.8'], both: ['10.0.0.7', '8.8.8.8'] };
  const lookup: LookupFunction = (hostname, _options, callback) =>
    callback(
      null,
      (names[hostname] ?? []).map((address) => ({ address, family: 4 })),
    );
  const ask = (hostname: string) =>
    new Promise((resolve) => privateLookup(lookup)(hostname, { all: true }, (error, found) => resolve(error ?? found)));

  it('in the clear is looked up at each dial, and leads to private addresses alone', async () => {
    expect(await ask('inside')).toEqual([{ address: '10.0.0.7', family: 4 }]);
    for (const name of ['outside', 'both', 'nowhere'])
      expect(await ask(name)).toMatchObject({ code: 'ADDRESS_REFUSED', message: expect.stringContaining('wss://') });
  });

  it('gets the path of the relay where it names none, and may be public where nothing secret is in the clear', () => {
    expect(requireUsableUrl('wss://example.com', true)).toBe('wss://example.com/relay');
    expect(requireUsableUrl('ws://127.0.0.1:3000/other', true)).toBe('ws://127.0.0.1:3000/other');
    expect(requireUsableUrl('ws://8.8.8.8/', false)).toBe('ws://8.8.8.8/relay');
  });
});

it('no frame of a connector ends its reader', () => {
  const types = [
    'descriptor',
    'inbound',
    'interrupt_inbound',
    'passthrough_forward',
    'outbound_result',
    'going_idle_ack',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...types, 'none'), fc.dictionary(fc.string(), fc.jsonValue())), {
        maxLength: 5,
      }),
      fc.string(),
      (frames, garbage) => {
        let broken = 0;
        const link = createUpstreamLink({
          ...{ identities: [{ platform: 'discord', botId: 'b' }], say: () => undefined, newRequestId: () => 'r' },
          resultTimeoutMs: 1,
          events: {
            ...{ onDescribed: () => undefined, onReady: () => undefined, onMessage: () => undefined },
            ...{ onInterrupt: () => undefined, onDropped: () => undefined },
            onBroken() {
              broken += 1;
            },
          },
        });
        link.open();
        for (const [type, fields] of frames) link.read(`${JSON.stringify({ ...fields, type })}\n`);
        link.read(`${garbage}\n`);
        expect(broken).toBe(0);
      },
    ),
  );
});
