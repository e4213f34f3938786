import { joinWords, plural } from '@/components/ui/format';
import type { EndedCounts, RevokeImpact } from '@/lib/contracts/runs';

function countWords(counts: EndedCounts): string[] {
  return [
    counts.tokens > 0 ? plural(counts.tokens, 'token') : '',
    counts.terminals > 0 ? plural(counts.terminals, 'terminal') : '',
    counts.processes > 0 ? plural(counts.processes, 'process', 'processes') : '',
    counts.sockets > 0 ? plural(counts.sockets, 'connection') : '',
    counts.approvals > 0 ? plural(counts.approvals, 'approval') : '',
    counts.credentials > 0 ? plural(counts.credentials, 'cloud session') : '',
  ].filter(Boolean);
}

/** "3 runs, 4 tokens, 2 terminals and 7 processes": what a revoke is about to end. */
export function impactWords(impact: RevokeImpact): string {
  return joinWords([plural(impact.runs, 'run'), ...countWords(impact)]);
}

/** "1 token, 1 terminal and 3 processes": what a revoke has ended. */
export function endedWords(counts: EndedCounts): string {
  const words = countWords(counts);
  return words.length > 0 ? joinWords(words) : 'nothing that was still running';
}
