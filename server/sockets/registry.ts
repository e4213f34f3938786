/** Every accepted socket: who holds it, what it serves, and the ways it is cut off. */
import type { WebSocket } from 'ws';
import { type CloseName, closeCodes } from '@/lib/contracts/close-codes';
import { type Actor, actorName } from '@/lib/platform/actor';
import { limits } from '@/lib/platform/limits';
import type { RunSockets } from '@/lib/runs/ending';

export const socketKinds = ['events', 'pty', 'ws', 'pub', 'relay'] as const;
export type SocketKind = (typeof socketKinds)[number];

export interface TrackedSocket {
  readonly kind: SocketKind;
  readonly actor: Actor;
  /** The run whose end ends this socket. */
  readonly runId: string | null;
  /** How the end of its run is said; absent where the frame `revoked` and 4401 say it. */
  onRunEnd?: (ending: Parameters<RunSockets['endRun']>[1]) => void;
  close(name: CloseName, reason?: string): void;
}

export interface SocketRegistry extends RunSockets {
  /** False when there is no room: the caller closes with 1013. */
  add(ws: WebSocket, socket: Omit<TrackedSocket, 'close'>): TrackedSocket | null;
  countByKind(kind: SocketKind): number;
  endActor(matches: (actor: Actor) => boolean): void;
  /** Says 1012 to all, then cuts those that stay. */
  drain(deadlineMs: number): Promise<void>;
}

/** A reason must fit a close frame: 123 bytes of UTF-8. */
export function closeSocket(ws: WebSocket, name: CloseName, reason?: string): void {
  const { code, message } = closeCodes[name];
  let text = reason ?? message;
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1);
  ws.close(code, text);
}

export function createSocketRegistry(): SocketRegistry {
  const sockets = new Map<TrackedSocket, WebSocket>();
  const byOwner = new Map<string, number>();
  const byRun = new Map<string, Set<TrackedSocket>>();

  function forget(socket: TrackedSocket): void {
    if (!sockets.delete(socket)) return;
    const owner = actorName(socket.actor);
    const left = (byOwner.get(owner) ?? 1) - 1;
    if (left > 0) byOwner.set(owner, left);
    else byOwner.delete(owner);
    if (socket.runId === null) return;
    byRun.get(socket.runId)?.delete(socket);
    if (byRun.get(socket.runId)?.size === 0) byRun.delete(socket.runId);
  }

  return {
    add(ws, given) {
      const owner = actorName(given.actor);
      const owned = byOwner.get(owner) ?? 0;
      if (sockets.size >= limits.sockets || owned >= limits.socketsPerOwner) return null;
      const socket: TrackedSocket = { ...given, close: (name, reason) => closeSocket(ws, name, reason) };
      sockets.set(socket, ws);
      byOwner.set(owner, owned + 1);
      if (socket.runId !== null) byRun.set(socket.runId, (byRun.get(socket.runId) ?? new Set()).add(socket));
      ws.once('close', () => forget(socket));
      return socket;
    },
    countByKind: (kind) => [...sockets.keys()].filter((socket) => socket.kind === kind).length,
    count: (runId) => byRun.get(runId)?.size ?? 0,
    endRun(runId, ending) {
      const all = [...(byRun.get(runId) ?? [])];
      for (const socket of all) {
        if (socket.onRunEnd) socket.onRunEnd(ending);
        else {
          sockets.get(socket)?.send(JSON.stringify({ type: 'revoked', reason: ending.reason ?? ending.status }));
          socket.close('unauthorized', ending.status);
        }
        forget(socket);
      }
      return all.length;
    },
    endActor(matches) {
      for (const socket of [...sockets.keys()]) if (matches(socket.actor)) socket.close('unauthorized', 'revoked');
    },
    async drain(deadlineMs) {
      const open = [...sockets.values()];
      for (const socket of [...sockets.keys()]) socket.close('restarting');
      const closed = Promise.all(open.map((ws) => new Promise<void>((resolve) => ws.once('close', () => resolve()))));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([closed, late]);
      clearTimeout(timer);
      for (const ws of open) ws.terminate();
    },
  };
}
