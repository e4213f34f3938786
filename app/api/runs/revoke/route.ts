import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('runs.revokeMany', ({ actor, body: { reason, ...selection }, runtime }) =>
    runtime.revocation.revokeMany(selection, reason, actor),
  ),
});
