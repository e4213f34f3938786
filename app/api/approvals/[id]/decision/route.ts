import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('approvals.decide', ({ actor, body, params, runtime }) =>
    runtime.approvals.decide(params.id, body, actor),
  ),
});
