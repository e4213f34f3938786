/**
 * The answer to one `tools/call`: one JSON body, or, once there is something to say before the end, a stream of events. A stream
 * is also opened when a call takes long, so that nothing on the way takes the silence for a dead connection.
 */
import type { ServerResponse } from 'node:http';
import type { CallProgress } from '@/lib/gate/request';
import { limits } from '@/lib/platform/limits';
import { sendJson } from '../json';

export interface Reply {
  /** Dropped when the client reads too slowly: progress is for showing, and the next one says more. */
  progress(token: string | number, progress: CallProgress): void;
  /** Ends the answer. @param status of a JSON body; a stream has begun with 200. */
  end(message: Record<string, unknown>, status: number): void;
  /** A stream has begun, so that the status and the headers are sent. */
  readonly streaming: boolean;
}

export function createReply(response: ServerResponse): Reply {
  const keepAlive = setInterval(() => {
    if (open()) response.write(': waiting\n\n');
  }, limits.mcpKeepAliveMs);
  response.once('close', () => clearInterval(keepAlive));

  /** @returns false when nobody reads any more. */
  function open(): boolean {
    if (response.destroyed || response.writableEnded) return false;
    if (!response.headersSent)
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
    return true;
  }

  return {
    get streaming() {
      return response.headersSent;
    },
    progress(progressToken, { progress, total, message }) {
      if (!open() || response.writableNeedDrain) return;
      const params = { progressToken, progress, total, message };
      response.write(eventOf({ jsonrpc: '2.0', method: 'notifications/progress', params }));
    },
    end(message, status) {
      clearInterval(keepAlive);
      if (response.destroyed || response.writableEnded) return;
      if (response.headersSent) {
        response.end(eventOf(message));
        return;
      }
      sendJson(response, status, message);
    },
  };
}

function eventOf(message: Record<string, unknown>): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}
