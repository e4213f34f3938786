import { type Command, InvalidArgumentError } from 'commander';
import { type Api, createApi } from '../api';
import { type CliContext, printLine } from '../context';
import { parseDuration } from '../duration';
import { readSettings } from '../settings';
import { type Column, renderTable } from '../table';
import { safeJson } from '../text';

export interface JsonOption {
  json?: true;
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON for programs');
}

export function apiOf(context: CliContext): Api {
  return createApi(readSettings(context));
}

export function printJson({ stdout }: CliContext, value: unknown): void {
  printLine(stdout, safeJson(value));
}

/** A page as a table, or as JSON with the cursor; says where rows were left out. */
export function printPage<T>(
  context: CliContext,
  page: { items: T[]; nextCursor: string | null },
  { columns, empty, json }: { columns: readonly Column<T>[]; empty: string; json?: true | undefined },
): void {
  if (json) {
    printJson(context, page);
    return;
  }
  if (page.items.length === 0) {
    printLine(context.stdout, empty);
    return;
  }
  const width = context.stdout.isTTY ? context.stdout.columns : undefined;
  printLine(context.stdout, renderTable(page.items, columns, width));
  if (page.nextCursor !== null) printLine(context.stderr, `The first ${page.items.length}. More: --limit`);
}

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000)
    throw new InvalidArgumentError('Give a whole number from 1 to 100000.');
  return limit;
}

export function parseTtl(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds < 60 || seconds > 86_400) {
    throw new InvalidArgumentError('Give a duration from 1m to 24h, such as 90s, 15m or 1h30m.');
  }
  return seconds;
}

export function parseExpiry(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds < 60 || seconds > 31_536_000) {
    throw new InvalidArgumentError('Give a duration from 1m to 365d, such as 30m, 8h or 7d.');
  }
  return seconds;
}

export function parseUsd(text: string): number {
  const usd = Number(text);
  if (!Number.isFinite(usd) || usd <= 0) throw new InvalidArgumentError('Give an amount over 0, such as 2.50.');
  return usd;
}

/** For options that may be given more than once. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
