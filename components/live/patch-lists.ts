/** How one live event changes a list that is already on the screen. Pure, so that no page needs to ask again. */
import type { InfiniteData } from '@tanstack/react-query';
import type { AuditFilter, RunsFilter, TokensFilter } from '@/components/api/queries';
import type { AuditRow } from '@/lib/contracts/audit';
import type { Page } from '@/lib/contracts/common';
import { endedRunStatuses, liveRunStatuses } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import type { ToolToken } from '@/lib/contracts/tokens';

export type Pages<T> = InfiniteData<Page<T>, unknown>;

/** Replaces the row that `same` finds, or leaves the pages as they are. */
export function replaceRow<T>(data: Pages<T>, row: T, same: (a: T, b: T) => boolean): Pages<T> {
  if (!data.pages.some((page) => page.items.some((item) => same(item, row)))) return data;
  return mapItems(data, (items) => items.map((item) => (same(item, row) ? row : item)));
}

export function removeRow<T>(data: Pages<T>, row: T, same: (a: T, b: T) => boolean): Pages<T> {
  if (!data.pages.some((page) => page.items.some((item) => same(item, row)))) return data;
  return mapItems(data, (items) => items.filter((item) => !same(item, row)));
}

export function prependRow<T>(data: Pages<T>, row: T): Pages<T> {
  const [first, ...rest] = data.pages;
  if (!first) return data;
  return { ...data, pages: [{ ...first, items: [row, ...first.items] }, ...rest] };
}

function appendToLastPage<T>(data: Pages<T>, row: T): Pages<T> {
  const last = data.pages.at(-1);
  if (!last || last.nextCursor !== null) return data;
  return { ...data, pages: [...data.pages.slice(0, -1), { ...last, items: [...last.items, row] }] };
}

function mapItems<T>(data: Pages<T>, change: (items: T[]) => T[]): Pages<T> {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items) })) };
}

const sameId = <T extends { id: string }>(a: T, b: T) => a.id === b.id;
const sameSeq = (a: AuditRow, b: AuditRow) => a.seq === b.seq;

export function runMatches(run: Run, filter: RunsFilter): boolean {
  if (filter.status && !expandStatuses(filter.status).includes(run.status)) return false;
  if (filter.kind && run.kind !== filter.kind) return false;
  if (filter.projectId && run.projectId !== filter.projectId) return false;
  if (filter.pluginId && run.pluginId !== filter.pluginId) return false;
  if (filter.platform && run.principal.platform !== filter.platform) return false;
  if (filter.userId && run.principal.userId !== filter.userId) return false;
  if (filter.tag && !Object.entries(run.tags).some((tag) => tag.join(':') === filter.tag)) return false;
  if (!filter.q) return true;
  const text = [run.id, run.title, run.principal.userId, ...(run.command ?? [])].join('\n').toLowerCase();
  return text.includes(filter.q.toLowerCase());
}

export function expandStatuses(text: string): string[] {
  return text.split(',').flatMap((word) => {
    if (word === 'live') return liveRunStatuses;
    if (word === 'ended') return endedRunStatuses;
    return [word.trim()];
  });
}

/** A run that no longer fits leaves the list and a new one enters at the head; known rows keep their place, so nothing moves under a pointer. */
export function patchRuns(data: Pages<Run>, run: Run, filter: RunsFilter): Pages<Run> {
  if (!runMatches(run, filter)) return removeRow(data, run, sameId);
  const replaced = replaceRow(data, run, sameId);
  if (replaced !== data) return replaced;
  const sort = filter.sort ?? '-startedAt';
  if (sort === '-lastActivityAt') return prependRow(data, run);
  if (sort === '-startedAt') return insertByStart(data, run);
  return appendToLastPage(data, run);
}

/** Only at the head: further down its place may lie beyond the pages that are loaded. */
function insertByStart(data: Pages<Run>, run: Run): Pages<Run> {
  const first = data.pages[0]?.items[0];
  return !first || run.startedAt >= first.startedAt ? prependRow(data, run) : data;
}

export function patchTokens(data: Pages<ToolToken>, token: ToolToken, filter: TokensFilter): Pages<ToolToken> {
  if (filter.runId && token.runId !== filter.runId) return data;
  if (filter.status && token.status !== filter.status) return removeRow(data, token, sameId);
  const replaced = replaceRow(data, token, sameId);
  if (replaced !== data) return replaced;
  const newest = data.pages[0]?.items[0];
  return !newest || token.issuedAt >= newest.issuedAt ? prependRow(data, token) : data;
}

export function auditMatches(row: AuditRow, filter: AuditFilter): boolean {
  if (filter.actor && row.actor !== filter.actor) return false;
  if (filter.action && row.action !== filter.action) return false;
  if (filter.target && row.target !== filter.target) return false;
  if (filter.outcome && row.outcome !== filter.outcome) return false;
  if (filter.from && row.at < filter.from) return false;
  if (filter.to && row.at > filter.to) return false;
  if (!filter.q) return true;
  // The columns the server's text filter looks at.
  const text = [row.actor, row.action, row.target, JSON.stringify(row.data)].join('\n').toLowerCase();
  return text.includes(filter.q.trim().toLowerCase());
}

export function patchAudit(data: Pages<AuditRow>, row: AuditRow, filter: AuditFilter): Pages<AuditRow> {
  if (!auditMatches(row, filter) || data.pages[0]?.items.some((item) => sameSeq(item, row))) return data;
  return prependRow(data, row);
}
