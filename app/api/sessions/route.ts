import { handle, methods, requireOperator } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('sessions.list', ({ actor, query, runtime }) => {
    const { id, sessionId } = requireOperator(actor);
    return runtime.sessions.list(id, { ...query, currentId: sessionId });
  }),
  DELETE: handle('sessions.endAll', async ({ actor, runtime }) => {
    await runtime.sessions.endAll(actor.id, actor);
    return { ok: true };
  }),
});
