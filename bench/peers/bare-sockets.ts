/** The least a server of sockets can be: `ws`, one frame back for the first. */
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (ws) => {
  ws.once('message', () => ws.send('{"type":"descriptor","descriptor":{}}\n'));
});
server.once('listening', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
