/** What messages carry, their order, and the threads they are said in. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { mediaHeaders } from '@/lib/relay/media-headers';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { operator, type PlayedGateway, type RelayWorld, relayWorld } from './world';

covers('relay.media');

let world: RelayWorld;
let gateway: PlayedGateway;
let instanceId: string;
let requests = 0;

beforeEach(async () => {
  world = await relayWorld();
  await world.provision();
  ({ id: instanceId } = await world.relay.get('gw-1'));
  gateway = await world.enter('gw-1');
  gateway.hello();
  await world.send('hello');
});
afterEach(() => world.close());

const file = (text = 'a picture', more: object = {}) => ({
  ...{ name: 'cat.png', mime: 'image/png', bytes: Readable.from([Buffer.from(text)]), ...more },
});
const put = (given = file(), id = instanceId) => world.relay.media.keep(id, given, `gateway:${id}`);
const urlOf = (media: Awaited<ReturnType<typeof put>>) => world.relay.media.entryOf(media).url;
const onDisk = () => (existsSync(world.mediaDir) ? readdirSync(world.mediaDir) : []);
async function act(action: object) {
  requests += 1;
  const requestId = `m${requests}`;
  gateway.say({ type: 'outbound', requestId, action: { chat_id: 'chat-1', ...action } });
  return (await gateway.frame((frame) => frame.requestId === requestId)).result as Record<string, unknown>;
}
const said = async () => (await world.relay.messages('gw-1', { limit: 50 })).items;

describe('a file', () => {
  it('of a gateway is shown with its message, and one of an operator goes to the gateway by reference', async () => {
    const media = await put();
    expect(await act({ op: 'send_media', media_url: urlOf(media), caption: 'look' })).toMatchObject({ success: true });
    expect(await said()).toMatchObject([{ author: 'gateway', text: 'look', media: [media] }, { text: 'hello' }]);
    const attached = await world.relay.attach(
      'gw-1',
      file('from here', { name: 'notes.txt', mime: 'text/plain' }),
      operator,
    );
    await world.relay.send('gw-1', { chatId: 'chat-1', text: '', mediaIds: [attached.id] }, operator);
    const { event } = await gateway.frame(
      ({ type, event }) => type === 'inbound' && JSON.stringify(event).includes('notes'),
    );
    expect(event).toMatchObject({
      ...{ text: '', message_type: 'document', media_urls: [urlOf(attached)] },
      media: [{ name: 'notes.txt', mime_type: 'text/plain', size_bytes: 9 }],
    });
  });

  it('is found by its own instance alone, for an hour', async () => {
    const media = await put();
    await world.provision('gw-2');
    const { id: other } = await world.relay.get('gw-2');
    expect(await world.relay.media.find(media.id, other)).toBeNull();
    const foreign = await put(file(), other);
    expect(await act({ op: 'send_media', media_url: urlOf(foreign) })).toMatchObject({ code: 'media_unknown' });
    await expect(
      world.relay.send('gw-1', { chatId: 'chat-1', text: 'x', mediaIds: [foreign.id] }, operator),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    world.clock.advance(limits.relayMediaMs + 1);
    expect(await world.relay.media.find(media.id, instanceId)).toBeNull();
    await world.relay.sweep();
    expect(onDisk()).toEqual([]);
  });

  it('of another address is not fetched', async () => {
    for (const media_url of [
      'https://example.com/cat.png',
      'file:///etc/passwd',
      'http://gatehouse.test/relay/media/../..',
    ])
      expect(await act({ op: 'send_media', media_url })).toMatchObject({ code: 'media_unknown' });
  });

  it('that is too large, empty, ends early or is not on the record leaves nothing behind', async () => {
    const large = Readable.from([Buffer.alloc(limits.relayMediaBytes), Buffer.alloc(1)]);
    await expect(put(file('', { bytes: large }))).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    await expect(put(file('', { bytes: Readable.from([]) }))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const cut = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      })(),
    );
    await expect(put(file('', { bytes: cut }))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    world.failAudit(true);
    await expect(put()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    world.failAudit(false);
    expect(onDisk()).toEqual([]);
    expect(await world.db.relayMedia.count()).toBe(0);
  });

  it('is called by the last part of its name and served so that nothing in it runs', async () => {
    const page = await put(file('<script>', { name: '../../a"b\\é.html', mime: 'text/html; charset=utf-8' }));
    expect(page).toMatchObject({ name: 'é.html', mime: 'application/octet-stream' });
    const headers = mediaHeaders({ ...page, name: 'a"é.html' });
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="a__.html"; filename*=UTF-8''a%22%C3%A9.html`,
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(mediaHeaders({ ...page, mime: 'image/svg+xml' })['content-disposition']).toContain('attachment');
  });

  it('goes with its instance, and one that no row knows goes with the next sweep', async () => {
    await put();
    writeFileSync(path.join(world.mediaDir, 'med_stray'), 'left by a crash');
    await world.relay.sweep();
    expect(onDisk()).toHaveLength(1);
    await world.relay.revoke('gw-1', 'gone', operator);
    expect(onDisk()).toEqual([]);
  });

  it('has no room where its instance holds too many', async () => {
    const row = { instanceId, name: 'x', mime: 'text/plain', sha256: '', createdAt: new Date(0) };
    const expiresAt = new Date(world.clock.now() + 1_000);
    await world.db.relayMedia.create({
      data: { ...row, id: 'med_big', bytes: limits.relayMediaInstanceBytes, expiresAt },
    });
    await expect(put()).rejects.toMatchObject({ code: 'CAPACITY' });
    world.clock.advance(1_001);
    expect(await put()).toMatchObject({ bytes: 9 });
  });
});

it('what is said within one millisecond is listed as it was said', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  await Promise.all(texts.map((content) => act({ op: 'send', content })));
  expect((await said()).map(({ text }) => text).reverse()).toEqual(['hello', ...texts]);
});

describe('a thread', () => {
  it('is opened and renamed by the gateway, and is a session of its own', async () => {
    const { thread_id: id } = await act({ op: 'thread_create', name: 'Deploy' });
    const metadata = { thread_id: id };
    expect(await act({ op: 'send', content: 'begun', metadata })).toMatchObject({ success: true });
    expect(await said()).toMatchObject([{ text: 'begun', thread: { id, name: 'Deploy' } }, { thread: null }]);
    expect(await act({ op: 'thread_rename', name: 'Deployed', metadata })).toMatchObject({ success: true });
    expect((await said())[0]?.thread?.name).toBe('Deployed');
    await world.relay.send('gw-1', { chatId: 'chat-1', text: 'thanks', threadId: String(id) }, operator);
    await eventually(() => expect(gateway.texts()).toContain('thanks'));
    expect(world.runs.started.map(({ tags }) => tags?.['relay.session'])).toEqual([
      'agent:main:console:dm:chat-1',
      `agent:main:console:dm:chat-1:${id}`,
    ]);
  });

  it('of another chat, or none, is not found', async () => {
    const { thread_id: id } = await act({ op: 'thread_create', name: 'Deploy' });
    await world.send('elsewhere', 'gw-1', 'chat-2');
    const nowhere = { success: false, code: 'not_found' };
    const metadata = { thread_id: id };
    expect(await act({ op: 'send', chat_id: 'chat-2', content: 'x', metadata })).toMatchObject(nowhere);
    expect(await act({ op: 'thread_rename', name: 'x' })).toMatchObject(nowhere);
    await expect(
      world.relay.send('gw-1', { chatId: 'chat-2', text: 'x', threadId: String(id) }, operator),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
