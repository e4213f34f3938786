/**
 * What a session may do, as people write it: a comma list of actions and a list of resources. Pure. Nothing is dropped in
 * silence: one bad item refuses the whole list, and each is named.
 */
import type { CredentialPolicy, CredentialProvider } from '@/lib/contracts/credentials';
import { AppError } from '@/lib/platform/errors';

/** @throws AppError INVALID_POLICY with `details.problems[]`, each naming its item. */
export function parsePolicy(
  _provider: CredentialProvider,
  _asked: { allow: string; resources: readonly string[] },
): CredentialPolicy {
  throw new AppError('INTERNAL');
}

/** Items that cover every action or the cloud's own identities (`*:*`, `iam:*`, `sts:*`): an admin asks for them, with a reason. */
export function widePolicyItems(_provider: CredentialProvider, _policy: CredentialPolicy): string[] {
  throw new AppError('INTERNAL');
}
