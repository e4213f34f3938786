/** `/relay`: one agent gateway. It dials out to here with a bearer of its own; close codes are how it hears what became of it. */
import type { WebSocket } from 'ws';
import type { GatewayConnection, GatewayTransport } from '@/lib/relay/connection';
import type { InstanceRow } from '@/lib/relay/instances';
import type { RelayService } from '@/lib/relay/relay';
import { createFrameLimit, sendTaken, textOf } from './link';
import { closeSocket } from './registry';

/** Resolves when it may be read. What a gateway says before its connection is known waits in the kernel. */
export async function serveRelay(ws: WebSocket, instance: InstanceRow, relay: RelayService): Promise<void> {
  let isGone = false;
  let connection: GatewayConnection | null = null;
  ws.once('close', () => {
    isGone = true;
    if (connection) relay.door.leave(connection);
  });
  const transport = transportOf(ws);
  connection = await relay.door.enter(instance, transport);
  if (!connection) return transport.close('unauthorized', 'revoked');
  if (isGone) return relay.door.leave(connection);
  const { read } = connection;
  ws.on('message', (data) => {
    // After a close was sent, frames that were on their way are nobody's any more.
    if (ws.readyState === ws.OPEN) read(textOf(data));
  });
}

function transportOf(ws: WebSocket): GatewayTransport {
  const close: GatewayTransport['close'] = (name, reason) => {
    closeSocket(ws, name, reason);
    // A gateway that reads nothing never answers the close.
    setTimeout(() => ws.terminate(), 2_000).unref();
  };
  return {
    close,
    withinLimit: createFrameLimit(),
    send: (text) => sendTaken(ws, text),
  };
}
