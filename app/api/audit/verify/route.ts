import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('audit.verify', ({ request, runtime }) => runtime.auditReader.verify(request.signal)),
});
