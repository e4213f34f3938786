import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('approvals.list', ({ actor, query, runtime }) => runtime.approvals.list(query, actor)),
});
