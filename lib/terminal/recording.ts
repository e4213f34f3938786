/**
 * asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/): one JSON header line, then one JSON array a line. Written in
 * batches and synced at least every `recordingSyncMs`; cut at `recordingBytes` with a marker. The header holds the size and
 * the time alone: no command, no environment. SHA-256 is taken over the whole file when it closes.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

export interface RecordingOptions {
  path: string;
  cols: number;
  rows: number;
  startedAtMs: number;
  maxBytes: number;
  syncMs: number;
  /** Called once, when the disk refuses: the recording ends there, the run goes on. */
  onError: (error: Error) => void;
}

export interface RecordingSummary {
  bytes: number;
  sha256: string;
  truncated: boolean;
}

export interface Recording {
  /** `atMs` since the start of the run. */
  output(atMs: number, bytes: Uint8Array): void;
  resize(atMs: number, cols: number, rows: number): void;
  close(): Promise<RecordingSummary>;
}

const flushAtChars = 256 * 1024;

/** @throws when the file cannot be made. */
export function openRecording(options: RecordingOptions): Recording {
  const { path, cols, rows, startedAtMs, maxBytes, syncMs, onError } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, 'wx', 0o600);
  const decoder = new StringDecoder('utf8');
  let pending = `${JSON.stringify({ version: 2, width: cols, height: rows, timestamp: Math.floor(startedAtMs / 1000) })}\n`;
  let bytes = 0;
  let truncated = false;
  let broken = false;
  let timer: NodeJS.Timeout | null = null;

  function add(atMs: number, kind: 'o' | 'r' | 'm', data: string): void {
    if (truncated || broken) return;
    const line = `[${(atMs / 1000).toFixed(6)}, "${kind}", ${JSON.stringify(data)}]\n`;
    // A character is at most three bytes of UTF-8 here, which keeps the cap a cap without encoding twice.
    if (
      bytes + (pending.length + line.length) * 3 > maxBytes &&
      bytes + Buffer.byteLength(pending) + Buffer.byteLength(line) > maxBytes
    ) {
      truncated = true;
      pending += `[${(atMs / 1000).toFixed(6)}, "m", "recording stopped: size limit"]\n`;
    } else pending += line;
    if (pending.length >= flushAtChars) write();
    timer ??= setTimeout(sync, syncMs);
  }

  function write(): void {
    const chunk = Buffer.from(pending);
    pending = '';
    if (broken || chunk.length === 0) return;
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
      bytes += chunk.length;
    } catch (error) {
      broken = true;
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function sync(): void {
    timer = null;
    write();
    try {
      fsyncSync(fd);
    } catch (error) {
      if (!broken) onError(error instanceof Error ? error : new Error(String(error)));
      broken = true;
    }
  }

  return {
    output(atMs, chunk) {
      if (truncated || broken) return;
      const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      if (text) add(atMs, 'o', text);
    },
    resize: (atMs, newCols, newRows) => add(atMs, 'r', `${newCols}x${newRows}`),
    async close() {
      if (timer) clearTimeout(timer);
      sync();
      closeSync(fd);
      return { ...(await hashFile(path)), truncated: truncated || broken };
    },
  };
}

/** Size and SHA-256 of a recording on disk, also of one a crash cut short. */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
