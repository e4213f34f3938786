import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: handle('operators.update', ({ actor, body, params, runtime }) =>
    runtime.operators.update(params.id, body, actor),
  ),
});
