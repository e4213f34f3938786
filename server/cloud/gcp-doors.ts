/**
 * Google's libraries ask a host for what they need and send no secret, so each run has a metadata server of its own on a loopback
 * port, which answers that run's processes alone. It closes with the run, and is back at the same port after a restart.
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hasTerminal } from '@/lib/contracts/runs';
import type { OpenedDoor } from '@/lib/credentials/doors';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { LiveRun } from '@/lib/runs/live-runs';
import type { DoorPorts } from './gcp-ports';

export interface GcpDoors {
  /** @throws AppError RUN_NOT_ACTIVE */
  open(runId: string): Promise<OpenedDoor>;
  closeRun(runId: string): void;
  close(): void;
}

interface Door {
  server: Server;
  port: number;
  retry: NodeJS.Timeout | undefined;
}

export function createGcpDoors(deps: {
  ports: DoorPorts;
  log: Log;
  /** The run as long as it takes calls. */
  liveRun: (runId: string) => Pick<LiveRun, 'kind' | 'command'> | undefined;
  handlerOf: (runId: string) => RequestListener;
}): GcpDoors {
  const { ports, log, liveRun, handlerOf } = deps;
  const doors = new Map<string, Promise<Door>>();

  async function listen(runId: string): Promise<Door> {
    const kept = ports.of(runId);
    const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, handlerOf(runId));
    server.on('upgrade', (_request, socket) => socket.destroy());
    const door: Door = { server, port: kept, retry: undefined };
    try {
      await once(server.listen(kept, '127.0.0.1'), 'listening');
    } catch (error) {
      if (kept === 0) throw error;
      // The run's processes know this address and no other, so it is waited for.
      log.warn({ runId, port: kept }, 'the port of a metadata server is taken; it is tried again');
      door.retry = setInterval(() => {
        if (!server.listening) server.listen(kept, '127.0.0.1');
      }, limits.doorReopenMs);
      door.retry.unref();
    }
    server.on('error', () => undefined);
    server.once('listening', () => clearInterval(door.retry));
    if (server.listening) door.port = (server.address() as AddressInfo).port;
    const run = liveRun(runId);
    if (run && !hasTerminal(run) && kept === 0) ports.keep(runId, door.port);
    return door;
  }

  function shut(opening: Promise<Door>): void {
    void opening.then(
      ({ server, retry }) => {
        clearInterval(retry);
        server.close();
        server.closeAllConnections();
      },
      () => undefined,
    );
  }

  function closeRun(runId: string): void {
    const opening = doors.get(runId);
    if (!opening) return;
    doors.delete(runId);
    shut(opening);
    ports.forget(runId);
  }

  return {
    async open(runId) {
      const opening = doors.get(runId) ?? listen(runId);
      doors.set(runId, opening);
      const { port } = await opening.catch((error: unknown) => {
        doors.delete(runId);
        throw error;
      });
      // It may have ended while the port was opened.
      if (!liveRun(runId)) {
        closeRun(runId);
        throw new AppError('RUN_NOT_ACTIVE');
      }
      const host = `127.0.0.1:${port}`;
      // Each library reads another one of these.
      return { env: { GCE_METADATA_HOST: host, GCE_METADATA_IP: host, GCE_METADATA_ROOT: host }, notices: [] };
    },
    closeRun,
    close() {
      for (const opening of doors.values()) shut(opening);
      doors.clear();
    },
  };
}
