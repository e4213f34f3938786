import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: handle('deadLetters.discard', async ({ actor, params, runtime }) => {
    await runtime.toolsQueue.discard(params.id, actor);
    return { ok: true };
  }),
});
