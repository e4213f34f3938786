import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('relay.linkCode', ({ actor, params, runtime }) => runtime.relay.linkCode(params.id, actor)),
});
