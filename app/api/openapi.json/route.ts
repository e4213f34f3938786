import { handle, methods } from '@/app/api/handle';
import { openApiDocument } from './document';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('openapi.get', async ({ runtime }) => Response.json(openApiDocument(runtime.config.publicUrl))),
});
