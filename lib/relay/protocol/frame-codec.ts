/**
 * Frames on the wire: a JSON object and a newline each. A message may hold several frames or a part of one, so text is kept up
 * to its newline. What is no JSON object is skipped and counted: one bad frame must not cost the good ones beside it.
 */
import { parseJson } from '@/lib/platform/json';

export type FrameObject = Record<string, unknown>;

export interface ReadFrames {
  frames: FrameObject[];
  /** Frames that were skipped. */
  malformed: number;
  /** Lines without anything in them: no frames, and not for nothing either. */
  blank: number;
}

export interface FrameReader {
  /** What a message completes; null once a frame, its newline included, is over the limit: then nothing is read any more. */
  read(message: string): ReadFrames | null;
}

export function createFrameReader({ maxBytes }: { maxBytes: number }): FrameReader {
  /** The beginning of a frame in the pieces it came in: joined once, or a frame in crumbs would cost its square. */
  let pieces: string[] = [];
  let bytes = 0;
  let isOver = false;

  return {
    read(message) {
      const read: ReadFrames = { frames: [], malformed: 0, blank: 0 };
      let from = 0;
      for (let end = message.indexOf('\n'); end !== -1 && !isOver; end = message.indexOf('\n', from)) {
        const last = message.slice(from, end);
        from = end + 1;
        isOver = bytes + Buffer.byteLength(last) + 1 > maxBytes;
        const text = pieces.length === 0 ? last : pieces.join('') + last;
        pieces = [];
        bytes = 0;
        if (isOver) continue;
        if (text.trim() === '') {
          read.blank += 1;
          continue;
        }
        const frame = parseFrame(text);
        if (frame) read.frames.push(frame);
        else read.malformed += 1;
      }
      const rest = message.slice(from);
      if (rest !== '') pieces.push(rest);
      bytes += Buffer.byteLength(rest);
      isOver ||= bytes + 1 > maxBytes;
      if (isOver) pieces = [];
      return isOver ? null : read;
    },
  };
}

export function encodeFrame(frame: object): string {
  return `${JSON.stringify(frame)}\n`;
}

function parseFrame(text: string): FrameObject | null {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FrameObject) : null;
}
