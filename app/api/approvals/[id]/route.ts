import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('approvals.get', ({ actor, params, runtime }) => runtime.approvals.show(params.id, actor)),
});
