import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('connectors.import', ({ actor, body, runtime }) =>
    runtime.connectors.importServers(body.mcpServers, actor),
  ),
});
