import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('leaks.acknowledge', ({ actor, params, runtime }) => runtime.leaks.acknowledge(params.id, actor)),
});
