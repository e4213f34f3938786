import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('relay.messages', ({ params, query, runtime }) => runtime.relay.messages(params.id, query)),
  POST: handle('relay.send', ({ actor, params, body, runtime }) => runtime.relay.send(params.id, body, actor)),
});
