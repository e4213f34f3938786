/** The least a terminal in a browser can be: node-pty's bytes straight into a WebSocket, and back. No screen, no recording, no limits. */
import { spawn } from '@lydell/node-pty';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('listening', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
server.on('connection', (ws, request) => {
  const command = JSON.parse(new URL(request.url ?? '/', 'http://localhost').searchParams.get('command') ?? '[]');
  const [file, ...args] = command as string[];
  const pty = spawn(file ?? 'true', args, { name: 'xterm-256color', cols: 120, rows: 32, encoding: null });
  const input: { write(data: string | Uint8Array): void } = pty;
  pty.onData((data: string | Uint8Array) => ws.send(data));
  pty.onExit(() => ws.close());
  ws.on('message', (data) => input.write(data instanceof Buffer ? data : Buffer.from(String(data))));
  ws.on('close', () => pty.kill('SIGKILL'));
});
