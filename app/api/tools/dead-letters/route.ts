import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('deadLetters.list', ({ query, runtime }) => runtime.toolsQueue.deadLetters(query)),
});
