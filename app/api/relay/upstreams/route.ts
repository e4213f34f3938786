import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('relayUpstreams.list', ({ query, runtime }) => runtime.relayUpstreams.list(query)),
  POST: handle('relayUpstreams.create', ({ actor, body, runtime }) => runtime.relayUpstreams.create(body, actor)),
});
