import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('plugins.impact', ({ params, body, runtime }) => runtime.plugins.impact(params.id, body)),
});
