import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('plugins.preview', ({ body, runtime }) => runtime.plugins.preview(body)),
});
