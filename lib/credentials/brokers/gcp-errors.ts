/** What Google says of a refusal: its APIs and its token endpoints each have a form of their own. */
import type { CloudError } from './asking';

export function describeGoogleError(error: unknown): CloudError | null {
  const data = dataOf(error);
  if (typeof data !== 'object' || data === null || !('error' in data)) return null;
  const { error: said } = data;
  // OAuth: {"error": "invalid_grant", "error_description": "…"}
  if (typeof said === 'string') {
    const described = 'error_description' in data && typeof data.error_description === 'string';
    return { code: said, message: described ? String(data.error_description) : 'no more was said' };
  }
  // An API: {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "…"}}
  if (typeof said !== 'object' || said === null) return null;
  const status = 'status' in said && typeof said.status === 'string' ? said.status : 'ERROR';
  return { code: status, message: 'message' in said ? String(said.message) : 'no more was said' };
}

/** The body of the answer, where a library keeps it. */
function dataOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('response' in error)) return null;
  const { response } = error;
  return typeof response === 'object' && response !== null && 'data' in response ? response.data : null;
}
