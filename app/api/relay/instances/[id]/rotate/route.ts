import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('relay.rotate', ({ actor, params, runtime }) => runtime.relay.instances.rotate(params.id, actor)),
});
