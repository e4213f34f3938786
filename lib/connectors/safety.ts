/**
 * What a tool may do, judged by what its server says of it. A server is not believed when it plays a tool down: a doubt
 * raises the class, annotations raise it and never lower it, and what nobody knows counts as `write`.
 */
import type { ApprovalMode, SafetyClass } from '@/lib/contracts/connectors';
import type { PrivilegeName } from '@/lib/contracts/privileges';

export interface Judged {
  safety: SafetyClass;
  /** A sentence for whoever decides. */
  why: string;
  /** Where it is not what its class asks for. */
  approval?: ApprovalMode | undefined;
  /** What a run's plugin must have been granted, where that is not the connector itself. */
  capability?: string | undefined;
  /** What its principal must hold. */
  privilege?: PrivilegeName | undefined;
}
/** Says what a tool may do. What comes with Gatehouse is known; of a server's tools nothing it says is believed. */
export type JudgeTool = (tool: {
  name: string;
  description: string;
  annotations: Record<string, unknown> | undefined;
}) => Judged;

const readWords = words(
  'read get list search find fetch show describe view lookup look check count inspect status stat head tail tree browse ' +
    'query select retrieve return summarize compare diff validate preview echo ping help explain calculate compute',
);
const writeWords = words(
  'write create update set put post send insert add append edit modify change move rename copy upload publish push commit ' +
    'merge deploy execute exec run eval start stop restart pause resume install enable disable save store patch toggle ' +
    'trigger invoke call approve assign submit sign import export migrate sync apply configure register subscribe ' +
    'unsubscribe cancel close open book order buy pay transfer reply comment invite share grant mkdir touch click type ' +
    'fill navigate upsert replace schedule archive restore reindex rotate generate',
);
const destructiveWords = words(
  'delete remove drop destroy purge truncate erase wipe kill terminate uninstall revoke overwrite reset rm rmdir unlink ' +
    'clear flush evict shutdown reboot format ban expunge prune rollback',
);
const destructivePhrase = /\b(permanent(ly)?|irreversibl[ey]|irrecoverabl[ey]|cannot be undone|destructive)\b/i;

const rank: Record<SafetyClass, number> = { read: 0, write: 1, destructive: 2 };
export const approvalOf: Record<SafetyClass, ApprovalMode> = { read: 'auto', write: 'confirm', destructive: 'confirm' };

const strictness: Record<ApprovalMode, number> = { auto: 0, confirm: 1, disabled: 2 };

export function stricter(a: ApprovalMode, b: ApprovalMode): ApprovalMode {
  return strictness[a] >= strictness[b] ? a : b;
}

export function isRiskier(a: SafetyClass, b: SafetyClass): boolean {
  return rank[a] > rank[b];
}

export const judgeTool: JudgeTool = (tool) => {
  const byName = judgeName(tool.name);
  const byDescription = judgeDescription(tool.description);
  const byAnnotations = judgeAnnotations(tool.annotations);
  const found = [byName, byDescription].filter((judged) => judged !== undefined);
  const start = riskiest(found) ?? {
    safety: 'write',
    why: 'Nothing it says tells what it does, so it counts as write.',
  };
  return riskiest(byAnnotations ? [start, byAnnotations] : [start]) ?? start;
};

function riskiest(judged: Judged[]): Judged | undefined {
  let worst: Judged | undefined;
  for (const one of judged) if (!worst || isRiskier(one.safety, worst.safety)) worst = one;
  return worst;
}

function judgeName(name: string): Judged | undefined {
  const parts = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const says = (word: string) => `Its name says "${word}".`;
  const destructive = parts.find((part) => isForm(part, destructiveWords));
  if (destructive) return { safety: 'destructive', why: says(destructive) };
  const write = parts.find((part) => isForm(part, writeWords));
  const read = parts.find((part) => isForm(part, readWords));
  // "get_open_orders" reads: the verb comes first. Anywhere else a word for writing counts.
  if (read && parts[0] === read && !(write && isVerbAfterAnd(parts, write))) return { safety: 'read', why: says(read) };
  if (write) return { safety: 'write', why: says(write) };
  return read ? { safety: 'read', why: says(read) } : undefined;
}

/** "read_and_update", "get_or_create". */
function isVerbAfterAnd(parts: string[], word: string): boolean {
  const before = parts[parts.indexOf(word) - 1];
  return before === 'and' || before === 'or' || before === 'then';
}

/** The first verb of the first sentence says what a tool does; the rest often says what it does not. */
function judgeDescription(description: string): Judged | undefined {
  const sentence =
    description
      .trim()
      .split(/(?<=[.!?])\s|\n/, 1)[0]
      ?.slice(0, 500) ?? '';
  const strong = destructivePhrase.exec(description.slice(0, 4_000));
  if (strong) return { safety: 'destructive', why: `Its description says "${strong[0].toLowerCase()}".` };
  const said = sentence.toLowerCase().match(/[a-z]+/g) ?? [];
  const says = (word: string) => `Its description says "${word}".`;
  const [first = ''] = said;
  if (isForm(first, destructiveWords)) return { safety: 'destructive', why: says(first) };
  if (isForm(first, writeWords)) return { safety: 'write', why: says(first) };
  if (!isForm(first, readWords)) return undefined;
  const also = said.find(
    (word, at) => isForm(word, destructiveWords) && ['and', 'or', 'then'].includes(said[at - 1] ?? ''),
  );
  if (also) return { safety: 'destructive', why: says(also) };
  const writes = said.find(
    (word, at) => isForm(word, writeWords) && ['and', 'or', 'then'].includes(said[at - 1] ?? ''),
  );
  return writes ? { safety: 'write', why: says(writes) } : { safety: 'read', why: says(first) };
}

/** Only what a server says outright: the defaults of the protocol would call every tool destructive. */
function judgeAnnotations(annotations: Record<string, unknown> | undefined): Judged | undefined {
  if (annotations?.destructiveHint === true && annotations.readOnlyHint !== true)
    return { safety: 'destructive', why: 'Its server marks it as destructive.' };
  if (annotations?.readOnlyHint === false) return { safety: 'write', why: 'Its server says that it is not read-only.' };
  return undefined;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** The word itself or its third person: "deletes", "searches", "copies". */
function isForm(word: string, known: ReadonlySet<string>): boolean {
  if (known.has(word)) return true;
  if (word.endsWith('ies') && known.has(`${word.slice(0, -3)}y`)) return true;
  return (word.endsWith('es') && known.has(word.slice(0, -2))) || (word.endsWith('s') && known.has(word.slice(0, -1)));
}
