/** Bytes into lines, with a bound: what has no end of line is not gathered for ever. Each byte is looked at once. */
const newline = 0x0a;

export interface LineReader {
  /** Calls `onLine` for each line that is whole now. Answers false once a line is over the limit; then it is of no more use. */
  push(chunk: Buffer, onLine: (line: string) => void): boolean;
}

export function createLineReader(maxBytes: number): LineReader {
  let parts: Buffer[] = [];
  let bytes = 0;
  return {
    push(chunk, onLine) {
      let from = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
        const last = chunk.subarray(from, end);
        if (bytes + last.length > maxBytes) return false;
        const line = parts.length === 0 ? last.toString('utf8') : Buffer.concat([...parts, last]).toString('utf8');
        parts = [];
        bytes = 0;
        from = end + 1;
        onLine(line);
      }
      if (from < chunk.length) {
        parts.push(chunk.subarray(from));
        bytes += chunk.length - from;
      }
      return bytes <= maxBytes;
    },
  };
}
