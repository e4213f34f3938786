/** Bytes straight onto a connection, for requests that no client library would send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { within } from '../support/eventually';

export interface RawConnection {
  socket: Socket;
  /** Everything the server sent so far, as Latin-1. */
  received(): string;
  /** Resolves with everything received once the server closed. */
  ended: Promise<string>;
}

export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(text));
  });
  socket.on('error', () => undefined);
  await within(once(socket, 'connect'), 10_000, 'Connecting');
  return { socket, received: () => text, ended };
}

/** Sends `bytes`, half-closes, and answers what came back: empty where the server just closed. */
export async function rawExchange(port: number, bytes: string | Buffer): Promise<string> {
  const { socket, ended } = await rawConnection(port);
  socket.end(bytes, 'latin1');
  return within(ended, 15_000, 'The answer to a raw request');
}

/** The status codes of the answers in `text`, in order. */
export function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
