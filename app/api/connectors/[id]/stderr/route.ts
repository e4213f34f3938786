import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('connectors.stderr', ({ params, runtime }) => ({ text: runtime.connectors.stderr(params.id) })),
});
