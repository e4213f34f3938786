/** How an upstream is dialled, and what becomes of it when the connector does not want it, or says nonsense. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@/lib/platform/errors';
import { checkUpgradeToken, parseUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { disabledText } from '@/lib/relay/upstreams/dialler';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { descriptorOf } from '@/test/support/relay/connector';
import { said } from '../world';
import { secret, type UpstreamWorld, upstreamWorld } from './world';

covers('upstreams.dial', 'upstreams.revoked', 'upstreams.drain');

let world: UpstreamWorld;
beforeEach(async () => {
  world = await upstreamWorld({ handshakeMs: 200, idleAckMs: 60, lastResultsMs: 60 });
});
afterEach(() => world.close());

const verdict = (bearer: string | undefined) => {
  const token = parseUpgradeToken((bearer ?? '').replace('Bearer ', ''));
  return token && checkUpgradeToken(token, { secrets: [secret], nowMs: world.clock.now() });
};

describe('a dial', () => {
  it('brings a bearer of 300 s that is minted for it, says hello for each identity, and is live with the descriptors', async () => {
    const identities = ['discord', 'telegram'].map((platform) => ({ platform, botId: 'b' }));
    expect(await world.create({ identities })).toMatchObject({ status: 'connecting', trusted: true });
    await world.becomes('live');
    const first = await world.connector.dial(1);
    expect(first.frames.map(({ type, platform }) => [type, platform])).toEqual([
      ['hello', 'discord'],
      ['hello', 'telegram'],
    ]);
    expect(verdict(first.bearer)).toBe('ok');
    expect((await world.row()).descriptors.map(({ platform }) => platform)).toEqual(['discord', 'telegram']);
    world.clock.advance(301_000);
    expect(verdict(first.bearer)).toBe('expired');
    first.socket.terminate();
    expect(verdict((await world.connector.dial(2)).bearer)).toBe('ok');
  });

  it('without a secret brings no bearer', async () => {
    await world.create({ secret: undefined });
    expect((await world.connector.dial(1)).bearer).toBeUndefined();
    expect((await world.row()).trusted).toBe(false);
  });

  it('that is not shaken hands with in time is a failed one, and made again', async () => {
    world.connector.onHello = () => undefined;
    await world.create();
    await world.connector.dial(3);
    expect(await world.row()).toMatchObject({ status: 'error', lastError: 'It did not shake hands in time.' });
    world.connector.onHello = ({ platform }, { socket }) =>
      socket.send(`${JSON.stringify({ type: 'descriptor', descriptor: descriptorOf(platform) })}\n`);
    await world.becomes('live');
    expect((await world.row()).lastError).toBeNull();
  });

  it('forgets what the one before had learnt', async () => {
    await world.create();
    await world.becomes('live');
    world.connector.onHello = () => undefined;
    world.connector.say({ type: 'descriptor', descriptor: descriptorOf('discord', { max_message_length: 9 }) });
    await eventually(async () => expect((await world.row()).descriptors[0]?.maxMessageLength).toBe(9));
    (await world.connector.dial()).socket.terminate();
    await world.connector.dial(2);
    expect((await world.row()).descriptors).toEqual([]);
  });

  it('adopts the least where a descriptor is garbage', async () => {
    world.connector.onHello = ({ platform }, { socket }) =>
      socket.send(
        `${JSON.stringify({ type: 'descriptor', descriptor: { contract_version: 1, platform, max_message_length: 'long', len_unit: 7, supported_ops: ['send', 'fly', 3] } })}\n`,
      );
    await world.create();
    await world.becomes('live');
    expect((await world.row()).descriptors).toMatchObject([
      { maxMessageLength: 4_096, lenUnit: 'utf16', ops: ['send'] },
    ]);
  });

  it('survives whatever is said, and counts it', async () => {
    await world.create();
    await world.becomes('live');
    const { socket } = await world.connector.dial();
    socket.send('nonsense\n{"type":\n[1]\n{"type":"presence"}\n{"type":"inbound","event":1}\n\u0000\n');
    socket.send('{"type":"outbound_result","requestId":"none","result":{"success":true}}\n');
    socket.send(Buffer.from([0xff, 0xfe, 0x0a]));
    await eventually(async () => expect((await world.row()).dropped).toBe(8));
    expect(await world.row()).toMatchObject({ status: 'live' });
    // One that cannot be read is taken off the connector's hands: it would come again for ever.
    socket.send('{"type":"inbound","event":1,"bufferId":"poison"}\n');
    await world.connector.frame(({ type, bufferId }) => type === 'inbound_ack' && bufferId === 'poison');
  });

  it('of a connector that sends a frame over 1 MiB is ended, and made again', async () => {
    await world.create();
    await world.becomes('live');
    const { socket, closed } = await world.connector.dial();
    for (let sent = 0; sent < 3; sent += 1) socket.send('x'.repeat(500_000));
    expect(await closed).toBe(1009);
    await world.connector.dial(2);
    await world.becomes('live');
  });

  it('never takes a bearer in the clear to a public address', async () => {
    for (const url of ['ws://8.8.8.8/relay', 'ws://[2606:4700::1111]/relay'])
      await expect(world.create({ url })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    for (const url of ['wss://ada:pw@example.com/relay', 'wss://example.com/relay?token=1'])
      await expect(world.create({ url })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await world.db.relayUpstream.count()).toBe(0);
  });
});

describe('4401', () => {
  const closeWith = (reason: string) => {
    world.connector.onHello = (_hello, { socket }) => socket.close(4401, reason);
  };

  it('before any descriptor is retried, however often', async () => {
    closeWith('unauthorized');
    await world.create();
    await world.connector.dial(5);
    expect(await world.row()).toMatchObject({ status: 'error', lastError: 'It closed with 4401: unauthorized.' });
  });

  it('after one is asked once more with a fresh bearer, and the second disables it for good', async () => {
    await world.create();
    await world.becomes('live');
    closeWith('revoked');
    const first = await world.connector.dial(1);
    world.clock.advance(1_000);
    first.socket.close(4401, 'revoked');
    await world.becomes('disabled');
    expect(world.connector.dials).toHaveLength(2);
    expect(world.connector.dials[1]?.bearer).not.toBe(first.bearer);
    expect(await world.row()).toMatchObject({ lastError: disabledText });
    const [stored] = await world.db.relayUpstream.findMany();
    await eventually(async () => {
      expect((await world.db.relayUpstream.findMany())[0]?.disabledAt).toEqual(new Date(world.clock.now()));
    });
    expect(stored?.id).toBe('team');
    await world.restart();
    expect(await world.row()).toMatchObject({ status: 'disabled' });
    expect(world.connector.dials).toHaveLength(2);
  });

  it('that is answered by a descriptor on the redial disables nothing', async () => {
    await world.create();
    for (let dial = 1; dial <= 4; dial += 1) {
      await world.connector.dial(dial);
      await world.becomes('live');
      (await world.connector.dial(dial)).socket.close(4401, 'revoked');
    }
    await world.connector.dial(5);
    await world.becomes('live');
  });

  it('with the reason expired is never a revocation', async () => {
    await world.create();
    await world.becomes('live');
    closeWith('expired');
    (await world.connector.dial(1)).socket.close(4401, 'expired');
    await world.connector.dial(6);
    expect(await world.row()).toMatchObject({ status: 'error' });
  });
});

describe('a shutdown', () => {
  it('says going idle, serves until the acknowledgement, finishes what is on its way, and closes', async () => {
    await world.create();
    await world.becomes('live');
    world.connector.say({ type: 'inbound', event: said('before') });
    const run = await world.run(1);
    await eventually(() => run.heard.length === 1);
    world.connector.onIdle = () => {
      world.connector.say({ type: 'inbound', event: { ...said('late'), message_id: 'm2' }, bufferId: 'b2' });
      world.connector.say({ type: 'going_idle_ack' });
    };
    await world.service.drain({ fast: false });
    await eventually(() => run.heard.length === 2);
    await world.connector.frame(({ bufferId }) => bufferId === 'b2');
    expect(await (await world.connector.dial(1)).closed).toBe(1000);
    expect(world.connector.dials).toHaveLength(1);
  });

  it('does not wait for an acknowledgement or a result that never comes', async () => {
    world.connector.onIdle = () => undefined;
    world.connector.answer = () => null;
    await world.create();
    await world.becomes('live');
    world.connector.say({ type: 'inbound', event: said('hi') });
    const run = await world.run(1);
    const reply = { method: 'message.send', params: { chatId: 'c1', content: 'x' } } as const;
    const sending = world.service.say(run.id, reply).catch((error: unknown) => error);
    await world.connector.frame(({ type }) => type === 'outbound');
    await world.service.drain({ fast: false });
    expect(await sending).toBeInstanceOf(AppError);
    expect(await sending).toMatchObject({ code: 'RELAY_UNREACHABLE' });
  });
});
