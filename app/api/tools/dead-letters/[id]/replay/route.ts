import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('deadLetters.replay', ({ actor, params, runtime }) => runtime.toolsQueue.replay(params.id, actor)),
});
