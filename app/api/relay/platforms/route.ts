import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('relayPlatforms.list', ({ query, runtime }) => runtime.relay.platforms.list(query)),
  POST: handle('relayPlatforms.create', ({ actor, body, runtime }) => runtime.relay.platforms.create(body, actor)),
});
