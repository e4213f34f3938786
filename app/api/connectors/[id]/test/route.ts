import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('connectors.test', ({ actor, params, runtime }) => runtime.connectors.test(params.id, actor)),
});
