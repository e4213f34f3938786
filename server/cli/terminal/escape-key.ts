/**
 * The way out of a terminal that swallows every key: `~.` at the start of a line, as in ssh. `~~` there is one tilde. The
 * tilde is held back until the next key says which it is.
 */
export interface EscapeKey {
  /** The bytes to send on, and whether the person asked to leave; what follows the request is dropped. */
  feed(chunk: Uint8Array): { bytes: Uint8Array; detach: boolean };
}

const tilde = 0x7e;
const dot = 0x2e;
const lineEnds = new Set([0x0d, 0x0a]);

export function createEscapeKey(): EscapeKey {
  let atLineStart = true;
  let holding = false;
  return {
    feed(chunk) {
      const bytes: number[] = [];
      for (const byte of chunk) {
        if (holding) {
          holding = false;
          if (byte === dot) return { bytes: Uint8Array.from(bytes), detach: true };
          if (byte !== tilde) bytes.push(tilde);
        } else if (atLineStart && byte === tilde) {
          holding = true;
          atLineStart = false;
          continue;
        }
        bytes.push(byte);
        atLineStart = lineEnds.has(byte);
      }
      return { bytes: Uint8Array.from(bytes), detach: false };
    },
  };
}
