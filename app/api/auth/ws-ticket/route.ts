import { handle, methods } from '@/app/api/handle';
import { AppError } from '@/lib/platform/errors';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('tickets.mint', async ({ actor, body, request, runtime }) => {
    const { endpoint, runId = null } = body;
    if (endpoint === 'pty' && !runId)
      throw new AppError('BAD_REQUEST', { message: 'runId: a terminal ticket names its run.' });
    if (runId) await runtime.runs.get(runId);
    return runtime.tickets.mint({ actor, endpoint, runId, origin: request.headers.get('origin') });
  }),
});
