/**
 * A connector's process and the pipe to it: MCP's stdio transport, one JSON message a line, with every bound that the other
 * side cannot be trusted to keep. The process leads a group of its own, so that what it started goes with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/client';
import { limits } from '@/lib/platform/limits';
import { createFloodGuard } from './flood';
import { createLineReader } from './lines';
import { visible } from './schema';

export interface StdioTransportOptions {
  command: string;
  args: readonly string[];
  /** The whole environment: nothing else is inherited. */
  env: Record<string, string>;
  cwd: string | undefined;
  onStderr: (chunk: Buffer) => void;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  /** Why it ended, once it has. */
  endedBecause = 'It was stopped.';

  readonly #options: StdioTransportOptions;
  readonly #lines = createLineReader(limits.connectorMessageBytes);
  readonly #flood = createFloodGuard();
  readonly #asked = new Set<string | number>();
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  readonly #waiting: JSONRPCMessage[] = [];
  #resting = false;
  #garbageBytes = 0;
  #ending = false;

  constructor(options: StdioTransportOptions) {
    this.#options = options;
  }

  /** @throws Error with a sentence for whoever set it up. */
  start(): Promise<void> {
    const { command, args, env, cwd, onStderr } = this.#options;
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        // The type asks for NODE_ENV, which is the server's own affair.
        env: env as NodeJS.ProcessEnv,
        cwd,
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      this.#child = child;
      child.once('spawn', resolve);
      child.once('error', (error) => reject(new Error(describeSpawnError(error, this.#options))));
      child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
      child.stderr.on('data', onStderr);
      // A pipe that breaks is told by the exit that follows.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
      this.#ended = new Promise((done) => {
        child.once('exit', (code, signal) => {
          this.#end(code === null ? `It was ended by ${signal}.` : `It exited with code ${code}.`);
          // What it started may hold its pipes open, so that they would never close by themselves.
          killGroup(child, 'SIGKILL');
          const late = setTimeout(finish, limits.connectorEndGraceMs);
          child.once('close', finish);
          function finish(): void {
            clearTimeout(late);
            for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
            done();
          }
        });
      });
      void this.#ended.then(() => this.onclose?.());
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable || this.#ending) return Promise.reject(new Error(this.endedBecause));
    if ('method' in message && 'id' in message) this.#asked.add(message.id);
    stdin.write(`${JSON.stringify(message)}\n`);
    if (stdin.writableLength > limits.connectorUnreadBytes) this.#fail('It does not read what it is sent.');
    return Promise.resolve();
  }

  /** Asks, then insists; resolves once nothing of its group is left. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child || child.pid === undefined) return;
    this.#end('It was stopped.');
    child.stdin?.end();
    const terminate = setTimeout(() => killGroup(child, 'SIGTERM'), limits.connectorEndGraceMs);
    const kill = setTimeout(() => killGroup(child, 'SIGKILL'), limits.connectorEndGraceMs * 2);
    await this.#ended;
    clearTimeout(terminate);
    clearTimeout(kill);
  }

  #read(chunk: Buffer): void {
    if (this.#ending) return;
    const within = this.#lines.push(chunk, (line) => this.#take(line));
    if (!within) this.#fail(`It sent a message of more than ${megabytes(limits.connectorMessageBytes)}.`);
  }

  #take(line: string): void {
    if (this.#ending) return;
    const message = parseLine(line);
    if (!message) {
      this.#garbageBytes += line.length + 1;
      if (this.#garbageBytes > limits.connectorGarbageBytes)
        this.#fail('It writes text to its standard output that is no message of MCP.');
      return;
    }
    this.#garbageBytes = 0;
    const isAnswer = !('method' in message) && message.id !== undefined && this.#asked.delete(message.id);
    if (!isAnswer && this.#flood.unasked()) {
      this.#fail('It floods: it sends far more than it was asked for.');
      return;
    }
    this.#waiting.push(message);
    if (!this.#resting) this.#deliver();
  }

  /**
   * The SDK hears a notification a moment after it is told, an answer at once: the last progress of a call that comes in one
   * breath with its answer would be lost. So what follows a notification is told a turn later.
   */
  #deliver(): void {
    for (let message = this.#waiting.shift(); message; message = this.#waiting.shift()) {
      this.onmessage?.(message);
      if (!('method' in message)) continue;
      this.#resting = true;
      setImmediate(() => {
        this.#resting = false;
        this.#deliver();
      });
      return;
    }
  }

  #fail(because: string): void {
    this.#end(because);
    // Nothing polite: it has shown that it keeps to nothing.
    if (this.#child) killGroup(this.#child, 'SIGKILL');
  }

  #end(because: string): void {
    if (this.#ending) return;
    this.#ending = true;
    this.endedBecause = because;
    this.#asked.clear();
  }
}

function parseLine(line: string): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

function describeSpawnError(error: Error, { command, cwd }: StdioTransportOptions): string {
  const code = 'code' in error ? String(error.code) : '';
  const where = cwd === undefined ? '' : `, or its directory "${visible(cwd)}" does not exist`;
  if (code === 'ENOENT') return `There is no program "${visible(command)}" on the server's PATH${where}.`;
  if (code === 'EACCES') return `Gatehouse may not execute "${visible(command)}".`;
  return `"${visible(command)}" could not be started (${code || 'unknown reason'}).`;
}
