/**
 * Files that people send on a chat platform, kept for the gateway of their author before it hears of them. A stranger's are never
 * asked for: the store looks whose they are before it reads. Addresses and errors of a download may hold the credentials of a
 * bot, so what is told of one that failed are sentences of ours.
 */
import { Readable } from 'node:stream';
import { AppError, isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { InboundEvent } from '../protocol/inbound';
import { isRecordAway } from './chat-platform';
import type { ObservedAuthor, PlatformEdge } from './platform';
import { createQuestions } from './questions';

export interface OfferedFile {
  /** `photo`, `document`, …: also what a message is called that brings it. */
  type: string;
  name: string;
  mime: string | null;
  /** As the platform says. */
  bytes: number | null;
  /** What the platform finds it by. */
  ref: string;
}

/** As an event names it: without an address where it could not be had. */
interface AttachedFile {
  type: string;
  name: string;
  mime_type: string | null;
  size_bytes: number | null;
  available: boolean;
  url?: string;
  reason?: string;
}

export interface ChatFiles {
  /**
   * The event with its files, one fetched after the other; all of them together may take `chatFilesMs`. One that cannot be had is
   * named, with a reason. @throws AppError AUDIT_UNAVAILABLE
   */
  attach(author: ObservedAuthor, event: InboundEvent, files: readonly OfferedFile[]): Promise<InboundEvent>;
  /** What is being fetched ends, and is named as not to be had. */
  end(): void;
}

export function createChatFiles(deps: {
  edge: Pick<PlatformEdge, 'keepMedia'>;
  /** Of one file. */
  maxBytes: number;
  open: (ref: string, signal: AbortSignal) => Promise<Response>;
  /** All files of a message may take this long. */
  timeoutMs?: number;
}): ChatFiles {
  const { edge, maxBytes, open, timeoutMs = limits.chatFilesMs } = deps;
  const questions = createQuestions();
  const tooLarge = `It is larger than ${maxBytes / 1024 / 1024} MB.`;

  async function* bytesOf({ ref }: OfferedFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { ok, body } = await open(ref, signal);
    if (!ok || !body) {
      await body?.cancel();
      throw new AppError('BAD_REQUEST');
    }
    const reader = body.getReader();
    let bytes = 0;
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        bytes += read.value.length;
        if (bytes > maxBytes) throw new AppError('BODY_TOO_LARGE');
        yield read.value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  /** Null where its author is linked to nobody. */
  async function keep(author: ObservedAuthor, file: OfferedFile, signal: AbortSignal): Promise<AttachedFile | null> {
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener('abort', end, { once: true });
    const bytes = Readable.from(bytesOf(file, ending.signal));
    // Whoever reads it hears of an error; one that comes when nobody reads any more is nobody's.
    bytes.on('error', () => undefined);
    try {
      const { name, type, mime } = file;
      const entry = await edge.keepMedia(author, { name, mime: mime ?? 'application/octet-stream', bytes });
      return entry && { ...entry, type, available: true };
    } catch (error) {
      if (isRecordAway(error)) throw error;
      return unavailable(file, signal.aborted ? tooSlow : reasonOf(error));
    } finally {
      signal.removeEventListener('abort', end);
      end();
      bytes.destroy();
    }
  }

  function reasonOf(error: unknown): string {
    const code = isAppError(error) ? error.code : null;
    if (code === 'BODY_TOO_LARGE') return tooLarge;
    return code === 'CAPACITY' ? 'There is no room for it now.' : 'It could not be fetched.';
  }

  async function keepAll(author: ObservedAuthor, files: readonly OfferedFile[], signal: AbortSignal) {
    const kept: AttachedFile[] = [];
    for (const [index, file] of files.entries()) {
      if (index >= limits.chatFilesPerMessage)
        kept.push(unavailable(file, `Of one message ${limits.chatFilesPerMessage} files are fetched.`));
      else if ((file.bytes ?? 0) > maxBytes) kept.push(unavailable(file, tooLarge));
      else if (signal.aborted) kept.push(unavailable(file, tooSlow));
      else {
        const one = await keep(author, file, signal);
        // Nobody will read this message.
        if (!one) return files.map((each) => unavailable(each, 'It was not fetched.'));
        kept.push(one);
      }
    }
    return kept;
  }

  return {
    async attach(author, event, files) {
      if (files.length === 0) return event;
      const media = await questions.ask(timeoutMs, (signal) => keepAll(author, files, signal));
      return { ...event, media: media.map((one) => ({ ...one })), media_urls: media.flatMap(({ url }) => url ?? []) };
    },
    end: () => questions.endAll(),
  };
}

const tooSlow = 'It took too long to fetch.';

function unavailable({ type, name, mime, bytes }: OfferedFile, reason: string): AttachedFile {
  return { ...{ type, name, mime_type: mime, size_bytes: bytes }, ...{ available: false, reason } };
}
