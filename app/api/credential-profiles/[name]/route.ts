import { handle, methods } from '@/app/api/handle';
import { profileName } from '@/lib/contracts/credentials';
import { parseWith } from '@/lib/platform/parse';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PUT: handle('profiles.save', ({ actor, params, body, runtime }) =>
    runtime.credentials.profiles.save(parseWith(profileName, params.name), body, actor),
  ),
  DELETE: handle('profiles.remove', async ({ actor, params, runtime }) => {
    await runtime.credentials.profiles.remove(params.name, actor);
    return { ok: true };
  }),
});
