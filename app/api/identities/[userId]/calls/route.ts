import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('identities.calls', ({ actor, params: { userId }, query: { platform, ...page }, runtime }) =>
    runtime.identities.calls({ userId, platform }, page, actor),
  ),
});
