/**
 * What a session may do, as people write it: a comma list of actions and a list of resources. Pure. Nothing is dropped in
 * silence: one bad item refuses the whole list, and each is named.
 */
import type { CredentialPolicy, CredentialProvider } from '@/lib/contracts/credentials';
import { limits } from '@/lib/platform/limits';
import { awsGrammar } from './policy/aws';
import { azureGrammar } from './policy/azure';
import { gcpGrammar } from './policy/gcp';
import { covers, type PolicyGrammar } from './policy/grammar';
import { createProblems, type PolicyProblems, unprintable } from './policy/problems';

const grammars: Record<CredentialProvider, PolicyGrammar> = { aws: awsGrammar, gcp: gcpGrammar, azure: azureGrammar };

/**
 * Sorted, and without what is there twice; of several spellings the first stays.
 * @throws AppError INVALID_POLICY with `details.problems[]`, each naming its item.
 */
export function parsePolicy(
  provider: CredentialProvider,
  asked: { allow: string; resources: readonly string[] },
): CredentialPolicy {
  const grammar = grammars[provider];
  const problems = createProblems();
  const allow = collect(asked.allow.split(','), 'allow', problems, {
    maxChars: limits.credentialActionChars,
    problem: grammar.actionProblem,
    keep: (item) => item,
    key: grammar.actionKey,
  });
  const resources = collect(asked.resources, 'resources', problems, {
    maxChars: limits.credentialResourceChars,
    problem: grammar.resourceProblem,
    keep: grammar.canonicalResource,
    key: grammar.resourceKey,
  });
  problems.throwIfAny();
  return { allow, resources };
}

/** Equal for two policies of one cloud that allow the same, however they were spelled; for nothing else. */
export function policyKey(provider: CredentialProvider, { allow, resources }: CredentialPolicy): string {
  const { actionKey, resourceKey } = grammars[provider];
  const keys = (items: readonly string[], keyOf: (item: string) => string) => [...new Set(items.map(keyOf))].sort();
  return JSON.stringify([keys(allow, actionKey), keys(resources, resourceKey)]);
}

/**
 * Items that cover every service, or all of what decides over the cloud's own identities (`*:*`, `iam:*`, `sts:*` and their
 * kin): an admin asks for them, with a reason. Many narrow items that cover it together count as well.
 */
export function widePolicyItems(provider: CredentialProvider, { allow }: CredentialPolicy): string[] {
  const { coversServices, identityActions, actionKey } = grammars[provider];
  const wide = new Set(allow.filter(coversServices));
  for (const actions of identityActions) {
    const covering = allow
      .map((item) => ({ item, covered: actions.filter((action) => covers(actionKey(item), action)) }))
      .filter(({ covered }) => covered.length > 0);
    const alone = covering.filter(({ covered }) => covered.length === actions.length);
    const together = new Set(covering.flatMap(({ covered }) => covered)).size === actions.length;
    for (const { item } of alone.length > 0 || !together ? alone : covering) wide.add(item);
  }
  return allow.filter((item) => wide.has(item));
}

interface ListRules {
  maxChars: number;
  problem(item: string): string | null;
  keep(item: string): string;
  key(item: string): string;
}

function collect(items: readonly string[], list: string, problems: PolicyProblems, rules: ListRules): string[] {
  if (items.length > limits.credentialPolicyItems) {
    problems.add(list, `has ${items.length} items; the most is ${limits.credentialPolicyItems}`);
    return [];
  }
  const kept = new Map<string, string>();
  for (const [index, item] of items.entries()) {
    const text = trimSpaces(item);
    const problem = text === '' ? `is empty: item ${index + 1} of ${list}` : problemOf(text, rules);
    if (problem !== null) {
      problems.add(text, problem);
      continue;
    }
    const canonical = rules.keep(text);
    const key = rules.key(canonical);
    if (!kept.has(key)) kept.set(key, canonical);
  }
  return [...kept].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)).map(([, item]) => item);
}

function problemOf(text: string, { maxChars, problem }: ListRules): string | null {
  if (text.length > maxChars) return `is longer than ${maxChars} characters`;
  return unprintable(text) ?? problem(text);
}

/** Spaces alone: a line break or a tab is a character that the caller should hear of. */
function trimSpaces(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text[from] === ' ') from += 1;
  while (to > from && text[to - 1] === ' ') to -= 1;
  return text.slice(from, to);
}
