/**
 * What a secret looks like, once for all who look for one: what connectors say, what terminals show, what recordings are given
 * out as. An expression is linear in the text, whoever wrote it: unbounded parts begin at the start of a word or are not
 * tried again inside what they took.
 */
export interface SecretPattern {
  /** In words, as an alert names it. */
  readonly name: string;
  /**
   * Its first three or four characters, as an expression: what a stream is searched for before anything is looked at closely.
   * Of a private key, those where its dashes end.
   */
  readonly starts: string;
  readonly expression: string;
}

const wordStart = '(?<![A-Za-z0-9_-])';

/** In this order where one text fits two. */
export const secretPatterns: readonly SecretPattern[] = [
  { name: 'Gatehouse tool token', starts: 'gth_', expression: 'gth_tool_[A-Za-z0-9_-]{20,}' },
  { name: 'Gatehouse service key', starts: 'gth_', expression: 'gth_key_[A-Za-z0-9_-]{20,}' },
  // Whole: what follows its dot is what proves it.
  {
    name: 'Gatehouse metadata secret',
    starts: 'gth_',
    expression: 'gth_cred_[A-Za-z0-9_-]{20,}\\.[A-Za-z0-9_-]{43}',
  },
  { name: 'Gatehouse secret', starts: 'gth_', expression: 'gth_[a-z]{2,16}_[A-Za-z0-9_-]{20,}' },
  {
    name: 'Gatehouse run credential',
    starts: 'run_',
    expression: `${wordStart}run_[0-9A-Za-z]{20}\\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])`,
  },
  { name: 'AWS access key id', starts: 'A[KS]IA', expression: '(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])' },
  // The base64 of what every such token begins with.
  {
    name: 'AWS session token',
    starts: 'IQoJ|F[wQ]oG',
    expression: '(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9+/=]{100,}',
  },
  { name: 'Google access token', starts: 'ya29', expression: 'ya29\\.(?:[a-z]\\.)?[A-Za-z0-9_-]{20,}' },
  { name: 'Google API key', starts: 'AIza', expression: 'AIza[A-Za-z0-9_-]{35}' },
  { name: 'GitHub token', starts: 'gith', expression: 'github_pat_[A-Za-z0-9_]{22,}' },
  { name: 'GitHub token', starts: 'gh[pousr]_', expression: 'gh[pousr]_[A-Za-z0-9]{30,}' },
  { name: 'GitLab token', starts: 'glpa', expression: 'glpat-[A-Za-z0-9_-]{20,}' },
  { name: 'Slack token', starts: 'xox', expression: 'xox[abeoprs]-[A-Za-z0-9-]{10,}' },
  { name: 'Stripe key', starts: '[rs]k_[lt]', expression: '[rs]k_(?:live|test)_[A-Za-z0-9]{16,}' },
  // At the start of a word alone: "task-list-of-the-whole-team" is none.
  { name: 'API key beginning with sk-', starts: 'sk-', expression: `${wordStart}sk-[A-Za-z0-9_-]{20,}` },
  { name: 'npm token', starts: 'npm_', expression: 'npm_[A-Za-z0-9]{36}' },
  { name: 'Hugging Face token', starts: 'hf_', expression: 'hf_[A-Za-z0-9]{30,}' },
  { name: 'PyPI token', starts: 'pypi', expression: 'pypi-[A-Za-z0-9_-]{50,}' },
  // At the start of a word alone: "eyJeyJeyJ…" would else be scanned to its end from each of them.
  {
    name: 'JSON Web Token',
    starts: 'eyJ',
    expression: `${wordStart}eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}`,
  },
  {
    name: 'private key',
    starts: '-BEG',
    expression: '-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\\s]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?',
  },
];

/** A fresh expression for them all: those with the flags `g` and `y` remember a place, and are not to be shared. */
export function anySecret(flags: 'g' | 'y'): RegExp {
  return new RegExp(secretPatterns.map(({ expression }) => expression).join('|'), flags);
}

const whole = secretPatterns.map(({ name, expression }) => ({ name, expression: new RegExp(`^(?:${expression})$`) }));

/** Which pattern a text is that `anySecret` found. */
export function patternOf(secret: string): string {
  return whole.find(({ expression }) => expression.test(secret))?.name ?? 'secret';
}
