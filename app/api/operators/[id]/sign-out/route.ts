import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('operators.signOut', async ({ actor, params, runtime }) => {
    await runtime.sessions.endAll(params.id, actor);
    return { ok: true };
  }),
});
