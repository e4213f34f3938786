import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('relay.mintEnrolment', ({ actor, body, runtime }) => runtime.relay.instances.mintEnrolment(body, actor)),
});
