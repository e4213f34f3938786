import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashFile, openRecording, type RecordingOptions } from '@/lib/terminal/recording';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { temporaryDir } from '@/test/support/temporary-dir';

let dir: ReturnType<typeof temporaryDir>;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => dir.remove());

const file = () => path.join(dir.path, 'recordings', 'run_a.cast');
const open = (over: Partial<RecordingOptions> = {}) =>
  openRecording({
    path: file(),
    cols: 80,
    rows: 24,
    startedAtMs: 1_800_000_000_999,
    maxBytes: 1_000_000,
    syncMs: 60_000,
    onError: (error) => {
      throw error;
    },
    ...over,
  });
const lines = () =>
  readFileSync(file(), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('a recording', () => {
  covers('runs.recorded');

  it('is asciicast v2: a header with size and time alone, then events in seconds', async () => {
    const recording = open();
    recording.output(0, Buffer.from('$ '));
    recording.output(1_500.25, Buffer.from('\u001b[1m"x"\\\r\n'));
    recording.resize(2_000, 100, 30);
    await recording.close();
    expect(lines()).toEqual([
      { version: 2, width: 80, height: 24, timestamp: 1_800_000_000 },
      [0, 'o', '$ '],
      [1.50025, 'o', '\u001b[1m"x"\\\r\n'],
      [2, 'r', '100x30'],
    ]);
  });

  it('joins characters that came in two pieces, and keeps bytes that are none from breaking a line', async () => {
    const recording = open();
    const bytes = Buffer.from('é漢👍');
    for (const byte of bytes) recording.output(10, Uint8Array.of(byte));
    recording.output(20, Buffer.from([0xff, 0xfe, 0x0a]));
    await recording.close();
    const text = lines()
      .flatMap((line) => (Array.isArray(line) ? [line[2]] : []))
      .join('');
    expect(text.startsWith('é漢👍')).toBe(true);
    expect(text).toContain('\ufffd');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('says its size and SHA-256 when it closes, and is readable by its owner alone', async () => {
    const recording = open();
    recording.output(0, Buffer.from('text'));
    const summary = await recording.close();
    const content = readFileSync(file());
    expect(summary).toEqual({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      truncated: false,
    });
    expect(await hashFile(file())).toEqual({ bytes: summary.bytes, sha256: summary.sha256 });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('stops at its cap with a marker, and never grows past it by more than that', async () => {
    const recording = open({ maxBytes: 2_000 });
    for (let count = 0; count < 500; count += 1) recording.output(count, Buffer.from('漢字 and more\r\n'));
    recording.resize(501, 10, 10);
    const { truncated, bytes } = await recording.close();
    expect(truncated).toBe(true);
    expect(bytes).toBeLessThan(2_100);
    expect(bytes).toBeGreaterThan(1_800);
    expect(lines().at(-1)).toEqual([expect.any(Number), 'm', 'recording stopped: size limit']);
    expect(lines().filter((line) => Array.isArray(line) && line[1] === 'm')).toHaveLength(1);
  });

  it('is on the disk while the run goes on', async () => {
    const recording = open({ syncMs: 20 });
    recording.output(0, Buffer.from('not lost'));
    await eventually(() => readFileSync(file(), 'utf8').includes('not lost'));
    await recording.close();
  });

  it('never writes over one that is there', () => {
    mkdirSync(path.dirname(file()), { recursive: true });
    writeFileSync(file(), 'evidence');
    expect(() => open()).toThrow('EEXIST');
    expect(readFileSync(file(), 'utf8')).toBe('evidence');
  });
});
