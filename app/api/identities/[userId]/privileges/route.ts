import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PUT: handle('identities.privileges', ({ actor, params: { userId }, body, runtime }) =>
    runtime.identities.changePrivileges({ userId, platform: body.platform }, body, actor),
  ),
});
