import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('runs.impact', ({ body, runtime }) => runtime.runs.impact(body)),
});
