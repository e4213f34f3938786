/** The newest bytes of an endless text: what a person reads of a connector's standard error. */
export interface Tail {
  push(chunk: Buffer): void;
  text(): string;
}

export function createTail(maxBytes: number): Tail {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return {
    push(chunk) {
      // A copy: a slice would keep the whole read buffer alive.
      chunks.push(Buffer.from(chunk.length > maxBytes ? chunk.subarray(-maxBytes) : chunk));
      bytes += Math.min(chunk.length, maxBytes);
      // Joined in halves: one join a chunk would cost more than the text.
      if (bytes > maxBytes * 2 || chunks.length > 1_024) compact();
    },
    text() {
      compact();
      return (chunks[0] ?? Buffer.alloc(0)).toString('utf8');
    },
  };

  function compact(): void {
    const whole = Buffer.concat(chunks);
    const kept = Buffer.from(whole.length > maxBytes ? whole.subarray(-maxBytes) : whole);
    chunks = [kept];
    bytes = kept.length;
  }
}
