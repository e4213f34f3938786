import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('profiles.list', async ({ runtime }) => ({ profiles: await runtime.credentials.profiles.list() })),
});
