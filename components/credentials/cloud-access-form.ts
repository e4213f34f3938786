/** What a person types to ask for access to one cloud, and the request it makes. */
import { ApiError, fieldProblem } from '@/components/api/api-error';
import type { CredentialProvider, CredentialRequest, ProviderState } from '@/lib/contracts/credentials';

export interface CloudAccessValues {
  /** Null until one is chosen: the first that can be asked. */
  provider: CredentialProvider | null;
  /** Null until it is typed: whom the server acts for by default. */
  principalId: string | null;
  /** Empty for none. */
  profile: string;
  allow: string;
  /** One a line. */
  resources: string;
  ttlMinutes: string;
  budgetUsd: string;
  reason: string;
}

export const emptyAccess: CloudAccessValues = {
  ...{ provider: null, principalId: null, profile: '', allow: '', resources: '' },
  ...{ ttlMinutes: '15', budgetUsd: '', reason: '' },
};

export const longestMinutes = 720;
/** STS issues nothing for less. */
export const shortestMinutes = (provider: CredentialProvider) => (provider === 'aws' ? 15 : 1);

export function providerOf({ provider }: CloudAccessValues, states: readonly ProviderState[]): CredentialProvider {
  return provider ?? states.find(({ configured }) => configured)?.provider ?? 'aws';
}

export function principalOf(values: CloudAccessValues, states: readonly ProviderState[]): string {
  const provider = providerOf(values, states);
  return values.principalId ?? states.find((state) => state.provider === provider)?.defaultPrincipalId ?? '';
}

export function resourcesOf({ resources }: CloudAccessValues): string[] {
  return resources
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

export type AccessProblems = Partial<Record<keyof CloudAccessValues, string>>;

/** What the form has to say before it asks the server. */
export function checkAccess(values: CloudAccessValues, states: readonly ProviderState[]): AccessProblems {
  const problems: AccessProblems = {};
  const provider = providerOf(values, states);
  if (states.some((state) => state.provider === provider && !state.configured))
    problems.provider = 'This server cannot ask this cloud yet.';
  if (principalOf(values, states).trim() === '') problems.principalId = 'Say whom the session acts as.';
  if (values.profile === '' && values.allow.trim() === '')
    problems.allow = 'Name at least one action, or choose a profile.';
  const minutes = Number(values.ttlMinutes);
  const shortest = shortestMinutes(provider);
  if (!Number.isInteger(minutes) || minutes < shortest || minutes > longestMinutes)
    problems.ttlMinutes = `Between ${shortest} and ${longestMinutes} whole minutes.`;
  if (values.budgetUsd.trim() !== '' && !(Number(values.budgetUsd) > 0))
    problems.budgetUsd = 'More than 0, or leave it empty.';
  return problems;
}

/** Only for values that `checkAccess` has nothing against. */
export function accessBody(values: CloudAccessValues, states: readonly ProviderState[]): CredentialRequest {
  const resources = resourcesOf(values);
  return {
    provider: providerOf(values, states),
    principalId: principalOf(values, states).trim(),
    ttlSeconds: Number(values.ttlMinutes) * 60,
    ...(values.profile !== '' && { profile: values.profile }),
    ...(values.allow.trim() !== '' && { allow: values.allow.trim() }),
    ...(resources.length > 0 && { resources }),
    ...(values.budgetUsd.trim() !== '' && { budgetUsd: Number(values.budgetUsd) }),
    ...(values.reason.trim() !== '' && { reason: values.reason.trim() }),
  };
}

export interface PolicyProblem {
  item: string;
  problem: string;
}

/** Every item that the server could not read, as it names them. */
export function policyProblems(error: unknown): PolicyProblem[] {
  const found = error instanceof ApiError && error.code === 'INVALID_POLICY' ? error.details?.problems : undefined;
  if (!Array.isArray(found)) return [];
  return found.filter(
    (each: { item?: unknown; problem?: unknown } | null): each is PolicyProblem =>
      typeof each?.item === 'string' && typeof each.problem === 'string',
  );
}

/** The problems of what was typed in each of the two fields, and those of neither. */
export function placedProblems(
  problems: readonly PolicyProblem[],
  { allow, resources }: Pick<CloudAccessValues, 'allow' | 'resources'>,
) {
  const has = (text: string, separator: string, item: string) =>
    item !== '' && text.split(separator).some((each) => each.trim() === item);
  const ofAllow = problems.filter(({ item }) => has(allow, ',', item));
  const ofResources = problems.filter((one) => !ofAllow.includes(one) && has(resources, '\n', one.item));
  const elsewhere = problems.filter((one) => !ofAllow.includes(one) && !ofResources.includes(one));
  return { ofAllow, ofResources, elsewhere };
}

/** The server says that the policy is so wide that an admin has to say why. */
export function asksForReason(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'BAD_REQUEST' && Array.isArray(error.details?.wide);
}

/** What the server says of one field: by the path of an issue, or by the name its sentence begins with. */
export function accessProblem(error: unknown, name: string): string | null {
  const issue = fieldProblem(error, name);
  if (issue) return issue;
  if (!(error instanceof ApiError) || !error.message.startsWith(`${name}: `)) return null;
  const words = error.message.slice(name.length + 2);
  // An action it begins with stays as it was written.
  return /^[a-z]+ /.test(words) ? `${words.charAt(0).toUpperCase()}${words.slice(1)}` : words;
}
