import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('credentials.providers', ({ runtime }) => ({ providers: runtime.credentials.providers() })),
});
