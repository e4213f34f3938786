/**
 * The internal credential of spawned children: `<runId>.<HMAC-SHA256(root, runId)>`. The root is drawn on first use, lives as
 * long as the process and is shown to nobody; until then everything is refused. Good while the run lives, which the caller checks.
 */
import { constantTimeEqual, hmacSha256, newSecret } from '@/lib/platform/secrets';

export interface InternalCredentials {
  issue(runId: string): string;
  /** The run a credential belongs to, or null. */
  verify(credential: string): string | null;
}

export function createInternalCredentials(): InternalCredentials {
  let root: string | null = null;
  return {
    issue(runId) {
      root ??= newSecret();
      return `${runId}.${hmacSha256(root, runId)}`;
    },
    verify(credential) {
      if (root === null || credential.length > 200) return null;
      const dot = credential.lastIndexOf('.');
      const runId = credential.slice(0, Math.max(dot, 0));
      return constantTimeEqual(credential.slice(dot + 1), hmacSha256(root, runId)) ? runId : null;
    },
  };
}
