import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { AppError } from '@/lib/platform/errors';
import { createChatFiles, type OfferedFile } from '@/lib/relay/platforms/chat-files';
import type { PlatformEdge } from '@/lib/relay/platforms/platform';
import { said } from './world';

const author = { userId: '7', userName: 'ada' };
const file = (ref: string): OfferedFile => ({ type: 'document', name: ref, mime: null, bytes: null, ref });
const never = () => new Promise<never>(() => undefined);
const reads: PlatformEdge['keepMedia'] = async (_author, { name, mime, bytes }) => {
  const size_bytes = (await text(bytes)).length;
  return { id: name, url: `https://gatehouse.test/${name}`, name, mime_type: mime, size_bytes, expires_at: '' };
};
/** Sends a byte, and then nothing. */
const stalls = (signal: AbortSignal) =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(1));
        signal.addEventListener('abort', () => controller.error(new Error('aborted')));
      },
    }),
  );

function files(open: (ref: string, signal: AbortSignal) => Promise<Response>, more: object = {}) {
  return createChatFiles({ edge: { keepMedia: reads }, maxBytes: 1024 * 1024, open, ...more });
}

describe('files of a message', () => {
  it('are fetched one after the other, and what is late is named', async () => {
    const opened: string[] = [];
    const some = files(
      async (ref, signal) => {
        opened.push(ref);
        return ref === 'slow' ? stalls(signal) : new Response('here');
      },
      { timeoutMs: 30 },
    );
    const event = await some.attach(author, said('look'), ['a', 'slow', 'b'].map(file));
    expect(event.media).toMatchObject([
      { name: 'a', available: true, size_bytes: 4 },
      { name: 'slow', available: false, reason: 'It took too long to fetch.' },
      { name: 'b', available: false, reason: 'It took too long to fetch.' },
    ]);
    expect([event.media_urls, opened]).toEqual([['https://gatehouse.test/a'], ['a', 'slow']]);
  });

  it('that are larger than they were said to be are cut off', async () => {
    const event = await files(async () => new Response(new Uint8Array(1024 * 1024 + 1))).attach(author, said('look'), [
      file('a'),
    ]);
    expect(event.media).toMatchObject([{ available: false, reason: 'It is larger than 1 MB.' }]);
  });

  it('wait for the record, and are named where the store has no room', async () => {
    const refusing = (code: 'AUDIT_UNAVAILABLE' | 'CAPACITY') =>
      files(never, { edge: { keepMedia: () => Promise.reject(new AppError(code)) } });
    await expect(refusing('AUDIT_UNAVAILABLE').attach(author, said('look'), [file('a')])).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    const event = await refusing('CAPACITY').attach(author, said('look'), [file('a')]);
    expect(event.media).toMatchObject([{ available: false, reason: 'There is no room for it now.' }]);
  });
});
