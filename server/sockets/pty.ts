/** `/api/pty`: one viewer of one terminal. */
import type { WebSocket } from 'ws';
import { type PtyServerFrame, ptyClientFrame, resizeEscape } from '@/lib/contracts/pty';
import { actorLabel, actorMay } from '@/lib/platform/actor';
import { parseJson } from '@/lib/platform/json';
import type { AttachedViewer, Terminal, Viewer } from '@/lib/terminal/terminal';
import { bytesOf, createFrameLimit, send, sendJson, textOf } from './link';
import type { TrackedSocket } from './registry';

export interface PtyAttach {
  terminal: Terminal;
  size: { cols: number; rows: number } | null;
}

export function servePty(ws: WebSocket, socket: TrackedSocket, { terminal, size }: PtyAttach): void {
  const withinLimit = createFrameLimit();
  const sendFrame = (frame: PtyServerFrame) => sendJson(ws, frame);
  const viewer: Viewer = {
    label: actorLabel(socket.actor),
    mayControl: actorMay(socket.actor, 'runs.control', 'runs:write'),
    sendBytes: (bytes) => send(ws, bytes),
    sendFrame,
    close: (name, reason) => socket.close(name, reason),
  };
  const attached = terminal.attach(viewer, size);

  socket.onRunEnd = ({ status, reason, exit }) => {
    if (exit) {
      sendFrame({ type: 'exit', code: exit.code, signal: exit.signal });
      socket.close('exited', exit.signal ?? `exit code ${exit.code}`);
    } else {
      sendFrame({ type: 'revoked', reason: reason ?? status });
      socket.close('unauthorized', status);
    }
  };

  ws.on('message', (data, isBinary) => {
    const text = isBinary ? null : textOf(data);
    const bytes = bytesOf(data);
    const resize = bytes.length < 32 ? resizeEscape.exec(bytes.toString('latin1')) : null;
    if (resize) return resizeTo(attached, Number(resize[1]), Number(resize[2]));
    if (text === null) return attached.input(bytes);
    const frame = ptyClientFrame.safeParse(parseJson(text));
    if (!frame.success) return socket.close('malformed');
    // Acknowledgements come as fast as output does; everything else comes from a person.
    if (frame.data.type !== 'ack' && !withinLimit()) return socket.close('tooFast', 'too many frames');
    switch (frame.data.type) {
      case 'resize':
        return attached.resize(frame.data.cols, frame.data.rows);
      case 'ack':
        return attached.ack(frame.data.bytes);
      case 'control':
        return attached.control(frame.data.take);
      case 'ping':
        return sendFrame({ type: 'pong' });
      default:
        return frame.data satisfies never;
    }
  });
  ws.once('close', () => attached.detach());
}

function resizeTo(attached: AttachedViewer, cols: number, rows: number): void {
  if (cols >= 1 && cols <= 1000 && rows >= 1 && rows <= 1000) attached.resize(cols, rows);
}
