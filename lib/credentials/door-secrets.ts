/**
 * What the process of a run proves itself with at a metadata endpoint, in the shape its cloud's library takes: `gth_cred_`, whom
 * it is for, and an HMAC of that. Nothing is stored, so it lives through a restart; it opens what its run has at that moment,
 * and nothing once the run has ended.
 */
import { limits } from '@/lib/platform/limits';
import { constantTimeEqual, hmacSha256, sha256Hex } from '@/lib/platform/secrets';

export interface DoorSecrets {
  /** For a run, or for a session that belongs to none. */
  issue(subject: DoorSubject): string;
  /** Null for what was not issued here. */
  subjectOf(secret: string): DoorSubject | null;
}

export type DoorSubject = { kind: 'run'; runId: string } | { kind: 'session'; sessionId: string };

export const doorSecretPrefix = 'gth_cred_';
const shape = /^gth_cred_(?:(run_[A-Za-z0-9]{1,64})|([0-9a-f-]{36}))\.[A-Za-z0-9_-]{43}$/;

export function createDoorSecrets({ secret }: { secret: string }): DoorSecrets {
  function issue(subject: DoorSubject): string {
    const id = subject.kind === 'run' ? subject.runId : subject.sessionId;
    return `${doorSecretPrefix}${id}.${hmacSha256(secret, id)}`;
  }
  /** By SHA-256: whom a secret is for never changes, and a process asks again and again. */
  const verified = new Map<string, DoorSubject>();
  function verify(given: string): DoorSubject | null {
    const [, runId, sessionId] = shape.exec(given) ?? [];
    const subject: DoorSubject | null =
      runId !== undefined ? { kind: 'run', runId } : sessionId !== undefined ? { kind: 'session', sessionId } : null;
    return subject && constantTimeEqual(issue(subject), given) ? subject : null;
  }
  return {
    issue,
    subjectOf(given) {
      const key = sha256Hex(given);
      const known = verified.get(key);
      if (known) return known;
      const subject = verify(given);
      if (subject && verified.size >= limits.doorSecretsKnown) verified.clear();
      if (subject) verified.set(key, subject);
      return subject;
    },
  };
}
