/** How a session is named at AWS: where CloudTrail, a condition and a person can find it again. */
import type { SessionAccess } from '../broker';
import { sessionTagKey } from '../policy/iam';

/** Shows in CloudTrail as the session's name, in every row of what it did. */
export function sessionNameOf(id: string): string {
  return `gatehouse-${id.slice(0, 8)}`;
}

/** What STS does not take in a tag becomes "_": an odd name of a project must not keep its runs from AWS. */
const notInTags = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;

/** The session's own tag comes first and cannot be given by anybody. */
export function sessionTagsOf({ id, tags }: Pick<SessionAccess, 'id' | 'tags'>): { Key: string; Value: string }[] {
  const taken = new Map([[sessionTagKey, { Key: sessionTagKey, Value: id }]]);
  for (const [key, value] of Object.entries(tags)) {
    const Key = key.replaceAll(notInTags, '_').slice(0, 128);
    // Keys differ by more than case at AWS, or it refuses all of them.
    const same = Key.toLowerCase();
    if (!taken.has(same)) taken.set(same, { Key, Value: value.replaceAll(notInTags, '_').slice(0, 256) });
  }
  return [...taken.values()];
}
