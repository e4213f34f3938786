/** The credential sessions that are active, with what was issued for them: in memory alone, and gone with the session. */
import type { CredentialProvider, CredentialSession } from '@/lib/contracts/credentials';
import type { IssuedCredential, SessionAccess } from './broker';
import type { SessionKeys } from './rows';

export interface LiveSession {
  /** As it is shown; replaced whole at each change. */
  shown: CredentialSession;
  readonly access: SessionAccess;
  readonly keys: SessionKeys;
  readonly expiresAtMs: number;
  /** By audience: what was issued last. */
  readonly issued: Map<string, IssuedCredential>;
  /** By audience: the question that is on its way to the cloud. */
  readonly asking: Map<string, Promise<IssuedCredential>>;
  /** Aborted when the session ends. */
  readonly ended: AbortController;
  /** Set while its end is being written: whoever ends it again waits for the same end. */
  ending: Promise<void> | null;
}

export interface LiveSessions {
  add(shown: CredentialSession, keys: SessionKeys): LiveSession;
  get(id: string): LiveSession | undefined;
  /** The one session a run may have at a provider. */
  ofRun(runId: string, provider: CredentialProvider): LiveSession | undefined;
  allOfRun(runId: string): LiveSession[];
  /** One that stands for the same access, with so much time left. */
  alike(fingerprint: string, notBeforeMs: number): LiveSession | undefined;
  /** From here on nothing of it is served, and what is asked of the cloud is given up. */
  remove(session: LiveSession): void;
  all(): Iterable<LiveSession>;
  /** How many one principal has. */
  countOf(principal: { provider: CredentialProvider; principalId: string }): number;
}

const principalKey = ({ provider, principalId }: { provider: CredentialProvider; principalId: string }) =>
  `${provider} ${principalId}`;
const runKey = (runId: string, provider: CredentialProvider) => `${provider} ${runId}`;

export function createLiveSessions(): LiveSessions {
  const byId = new Map<string, LiveSession>();
  const byRun = new Map<string, LiveSession>();
  const byFingerprint = new Map<string, Set<LiveSession>>();
  const counts = new Map<string, number>();

  function count(session: LiveSession, change: number): void {
    const key = principalKey(session.shown);
    const now = (counts.get(key) ?? 0) + change;
    if (now === 0) counts.delete(key);
    else counts.set(key, now);
  }

  return {
    add(shown, keys) {
      const { id, principalId, policy, tags, azureTenantId, scopingEnforced } = shown;
      const expiresAtMs = Date.parse(shown.expiresAt);
      const access = { id, principalId, policy, expiresAtMs, tags, azureTenantId, scopingEnforced };
      const session: LiveSession = {
        shown,
        access: { ...access, azureClientId: keys.azureClientId },
        keys,
        expiresAtMs,
        issued: new Map(),
        asking: new Map(),
        ended: new AbortController(),
        ending: null,
      };
      byId.set(id, session);
      count(session, 1);
      if (shown.runId !== null) byRun.set(runKey(shown.runId, shown.provider), session);
      const alike = byFingerprint.get(keys.fingerprint) ?? new Set();
      byFingerprint.set(keys.fingerprint, alike.add(session));
      return session;
    },
    get: (id) => byId.get(id),
    ofRun: (runId, provider) => byRun.get(runKey(runId, provider)),
    allOfRun: (runId) =>
      (['aws', 'gcp', 'azure'] as const).flatMap((provider) => byRun.get(runKey(runId, provider)) ?? []),
    alike(fingerprint, notBeforeMs) {
      for (const session of byFingerprint.get(fingerprint) ?? [])
        if (session.ending === null && session.expiresAtMs >= notBeforeMs) return session;
      return undefined;
    },
    remove(session) {
      const { id, runId, provider } = session.shown;
      const { fingerprint } = session.keys;
      if (byId.delete(id)) count(session, -1);
      if (runId !== null && byRun.get(runKey(runId, provider)) === session) byRun.delete(runKey(runId, provider));
      const alike = byFingerprint.get(fingerprint);
      alike?.delete(session);
      if (alike?.size === 0) byFingerprint.delete(fingerprint);
      session.issued.clear();
      session.ended.abort();
    },
    all: () => byId.values(),
    countOf: (principal) => counts.get(principalKey(principal)) ?? 0,
  };
}
