import { addressOf, handle, methods, requireOperator } from '@/app/api/handle';
import { changeOwnPassword } from '@/lib/operators/own-password';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PUT: handle('me.password', async ({ actor, body, runtime, request }) => {
    await changeOwnPassword(requireOperator(actor), { ...body, address: addressOf(request) }, runtime);
    return { ok: true };
  }),
});
