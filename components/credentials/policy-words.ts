/**
 * What a policy allows as a sentence. It says in words only what the tables here know for certain; everything else stands as
 * it was written, so that a sentence never promises less than the policy gives.
 */
import { joinWords } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import type { CredentialPolicy, CredentialProfile, CredentialProvider } from '@/lib/contracts/credentials';
import { actionMeaning } from './action-meaning';
import { resourceWords } from './resource-words';

const verbatimAtMost = 4;
const resourcesAtMost = 3;

/** "Read and list objects of S3 in bucket b." */
export function policyWords(provider: CredentialProvider, { allow, resources }: CredentialPolicy): string {
  return sentence(`${actionsWords(provider, allow)} ${whereWords(resources)}`);
}

/** Of a profile, which leaves to the session where it names no resource itself. */
export function profileWords({ provider, policy: { allow, resources } }: CredentialProfile): string {
  const where = resources.length === 0 ? '' : ` ${whereWords(resources)}`;
  return sentence(`${actionsWords(provider, allow)}${where}`);
}

function sentence(words: string): string {
  return printable(`${words.charAt(0).toUpperCase()}${words.slice(1)}.`);
}

function actionsWords(provider: CredentialProvider, allow: readonly string[]): string {
  const known = new Map<string, Map<string, string[]>>();
  const verbatim: string[] = [];
  let anything = false;
  for (const action of allow) {
    const meaning = actionMeaning(provider, action);
    if (meaning === 'anything') anything = true;
    else if (meaning === null) verbatim.push(action);
    else {
      const objects = known.get(meaning.service) ?? new Map<string, string[]>();
      const verbs = objects.get(meaning.object) ?? [];
      if (!verbs.includes(meaning.verb)) verbs.push(meaning.verb);
      known.set(meaning.service, objects.set(meaning.object, verbs));
    }
  }
  const parts = anything
    ? ['do anything at all']
    : [...known].map(([service, objects]) => servicePart(service, objects));
  if (!anything && verbatim.length > 0) parts.push(`call ${listed(verbatim, verbatimAtMost)}`);
  return parts.join(', and ');
}

function servicePart(service: string, objects: Map<string, string[]>): string {
  if (objects.get('anything')?.includes('do')) return `do anything with ${service}`;
  const acts = [...objects].map(([object, verbs]) => `${joinWords(verbs)} ${object}`);
  const last = acts.at(-1) ?? '';
  if (acts.length < 2 || !last.includes(' and ')) return `${joinWords(acts)} of ${service}`;
  return `${acts.slice(0, -1).join(', ')}, and ${last} of ${service}`;
}

function whereWords(resources: readonly string[]): string {
  if (resources.length === 0 || resources.includes('*')) return 'on any resource';
  const known: string[] = [];
  const verbatim: string[] = [];
  for (const resource of resources) {
    const words = resourceWords(resource);
    const list = words === null ? verbatim : known;
    const shown = words ?? resource;
    if (!list.includes(shown)) list.push(shown);
  }
  return [
    known.length > 0 ? `in ${listed(known, resourcesAtMost)}` : '',
    verbatim.length > 0 ? `on ${listed(verbatim, resourcesAtMost)}` : '',
  ]
    .filter(Boolean)
    .join(' and ');
}

function listed(items: readonly string[], atMost: number): string {
  const rest = items.length - atMost;
  return joinWords(rest > 0 ? [...items.slice(0, atMost), `${rest} more`] : items);
}
