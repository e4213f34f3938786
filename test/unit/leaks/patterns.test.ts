import { describe, expect, it } from 'vitest';
import { createSecretFinder } from '@/lib/leaks/finder';
import { anySecret, patternOf, secretPatterns } from '@/lib/leaks/patterns';

/** Each pattern with a text that is one and texts that nearly are. */
const examples: Array<{ name: string; is: string; nearly: string[] }> = [
  {
    name: 'Gatehouse tool token',
    is: `gth_tool_${'a'.repeat(49)}`,
    nearly: ['gth_tool_short', 'GTH_TOOL_aaaaaaaaaaaaaaaaaaaaaaaa'],
  },
  { name: 'Gatehouse service key', is: `gth_key_${'b'.repeat(49)}`, nearly: ['gth_key_'] },
  {
    name: 'Gatehouse metadata secret',
    is: `gth_cred_run_${'C'.repeat(20)}.${'c'.repeat(43)}`,
    nearly: [`gth_cred_run_.${'c'.repeat(43)}`],
  },
  { name: 'Gatehouse secret', is: `gth_relay_${'c'.repeat(30)}`, nearly: ['gth_1_cccccccccccccccccccccc'] },
  {
    name: 'Gatehouse run credential',
    is: `run_${'D'.repeat(20)}.${'d'.repeat(43)}`,
    nearly: [`run_${'D'.repeat(20)}`, `run_${'D'.repeat(20)}.cast`],
  },
  {
    name: 'AWS access key id',
    is: 'ASIAIOSFODNN7EXAMPLE',
    nearly: ['ASIAIOSFODNN7EXAMPL', 'AKIAIOSFODNN7EXAMPLEs', 'AKIAiosfodnn7example'],
  },
  {
    name: 'AWS session token',
    is: `IQoJb3JpZ2luX2Vj${'E'.repeat(120)}==`,
    nearly: [`IQoJb3JpZ2luX2Vj${'E'.repeat(20)}`],
  },
  {
    name: 'Google access token',
    is: `ya29.a0AfH6SM${'f'.repeat(40)}`,
    nearly: ['ya29.short', `ya28.${'f'.repeat(40)}`],
  },
  { name: 'Google API key', is: `AIza${'g'.repeat(35)}`, nearly: [`AIza${'g'.repeat(34)}`] },
  { name: 'GitHub token', is: `ghp_${'h'.repeat(36)}`, nearly: [`ghx_${'h'.repeat(36)}`, 'ghp_short'] },
  { name: 'GitHub token', is: `github_pat_${'h'.repeat(40)}`, nearly: ['github_pat_short'] },
  { name: 'GitLab token', is: `glpat-${'i'.repeat(20)}`, nearly: ['glpat-short'] },
  { name: 'Slack token', is: 'xoxb-123456789012-abc', nearly: ['xoxz-123456789012-abc'] },
  { name: 'Stripe key', is: `sk_live_${'j'.repeat(24)}`, nearly: [`sk_none_${'j'.repeat(24)}`] },
  {
    name: 'API key beginning with sk-',
    is: `sk-proj-${'k'.repeat(40)}`,
    nearly: ['task-list-of-the-whole-team', 'sk-short'],
  },
  { name: 'npm token', is: `npm_${'l'.repeat(36)}`, nearly: ['npm_config_registry'] },
  { name: 'Hugging Face token', is: `hf_${'m'.repeat(34)}`, nearly: ['hf_hub_download'] },
  { name: 'PyPI token', is: `pypi-${'n'.repeat(60)}`, nearly: ['pypi-server'] },
  {
    name: 'JSON Web Token',
    is: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3',
    nearly: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0', 'xeyJhbGciOiJ.eyJzdWIiOiIx.dozjgNry'],
  },
  {
    name: 'private key',
    is: '-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----',
    nearly: ['-----BEGIN PUBLIC KEY-----\nMHcC'],
  },
];

function named(text: string): string[] {
  return [...text.matchAll(anySecret('g'))].map(([secret]) => patternOf(secret));
}
function shown(text: string): string[] {
  const finder = createSecretFinder({ cols: 80, skims: false });
  return [...finder.push(text), ...finder.settle()].map(({ pattern }) => pattern);
}

describe.each(examples)('$name', ({ name, is, nearly }) => {
  it('is known in an answer and on a screen', () => {
    for (const text of [is, `a ${is} b`, `{"x":"${is}"}`, `x=${is}\n`]) {
      expect(named(text), text).toEqual([name]);
      expect(shown(text), text).toEqual([name]);
    }
  });
  it('is not taken for what nearly is one', () => {
    for (const text of nearly) expect([...named(` ${text} `), ...shown(` ${text} `)], text).toEqual([]);
  });
});

it('has an example for each pattern', () => {
  expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(secretPatterns.map(({ name }) => name)));
});
