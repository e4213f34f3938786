import { addressOf, handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('setup.create', ({ body, request, runtime }) =>
    runtime.setup.complete(body, { address: addressOf(request) }),
  ),
});
