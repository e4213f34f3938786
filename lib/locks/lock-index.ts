/** Which lock bites, asked on every call and every start. In memory, changed with the database. */
import type { Lock } from '@/lib/contracts/locks';

/** Whom or what a call or a run belongs to. */
export interface LockSubjects {
  /** The principal's user id and its aliases. */
  userIds?: readonly string[] | undefined;
  pluginId?: string | null | undefined;
  projectId?: string | undefined;
  operatorId?: string | null | undefined;
  connectorId?: string | undefined;
}

export interface LockIndex {
  /** The first lock that stands on one of them now. */
  find(subjects: LockSubjects): Lock | undefined;
}
