import { handle, methods, requireOperator } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: handle('sessions.end', async ({ actor, params, runtime }) => {
    await runtime.sessions.end(params.id, requireOperator(actor));
    return { ok: true };
  }),
});
