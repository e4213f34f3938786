import { handle, methods, requireOperator } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('me.get', async ({ actor, runtime }) => {
    const { id, sessionId } = requireOperator(actor);
    return { operator: await runtime.operators.requireById(id), sessionId };
  }),
});
