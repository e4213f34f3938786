/**
 * What a webhook tells: that something waits or went wrong, and where to look. Ids, names and a link alone. Arguments stay here, since
 * a chat channel has other readers than the console.
 */
import type { Approval } from '@/lib/contracts/approvals';
import type { LeakAlert } from '@/lib/contracts/leaks';
import type { Webhook } from '@/lib/contracts/webhooks';

export interface Notice {
  event: 'approval.requested' | 'leak.detected' | 'test';
  /** ISO time of what is told. */
  at: string;
  text: string;
  link: string;
  linkText: string;
  data: Record<string, unknown>;
}

export function approvalNotice(approval: Approval, publicUrl: string): Notice {
  const { id, runId, runTitle, callId, connectorId, toolName, safety, requestedAt, expiresAt } = approval;
  const link = `${publicUrl}/approvals/${encodeURIComponent(id)}`;
  return {
    event: 'approval.requested',
    at: requestedAt,
    text: `“${oneLine(runTitle)}” waits for approval to call ${oneLine(toolName)} of ${oneLine(connectorId)} (${safety}).`,
    link,
    linkText: 'Look at it and decide',
    data: { approvalId: id, runId, runTitle, callId, connectorId, toolName, safety, requestedAt, expiresAt, url: link },
  };
}

/** What it looked like, and never the text. */
export function leakNotice(alert: LeakAlert, publicUrl: string): Notice {
  const { id, runId, runTitle, callId, pattern, lastAt } = alert;
  const link = `${publicUrl}/runs/${encodeURIComponent(runId)}`;
  const where = callId === null ? 'in its terminal' : 'in the output of a tool';
  return {
    event: 'leak.detected',
    at: lastAt,
    text: `“${oneLine(runTitle)}” showed something like this ${where}: ${pattern}.`,
    link,
    linkText: 'Look at the run',
    data: { alertId: id, runId, runTitle, callId, pattern, at: lastAt, url: link },
  };
}

export function testNotice(at: string, publicUrl: string): Notice {
  const link = `${publicUrl}/approvals`;
  return {
    event: 'test',
    at,
    text: 'This is a test of a Gatehouse webhook. Calls that wait for approval are told here, and secrets that runs showed.',
    link,
    linkText: 'Open approvals',
    data: { url: link },
  };
}

export function bodyOf(notice: Notice, format: Webhook['format']): string {
  return JSON.stringify(format === 'slack' ? slack(notice) : generic(notice));
}

function generic({ event, at, data }: Notice) {
  return { type: event, timestamp: at, data };
}

function slack({ text, link, linkText }: Notice) {
  const inert = slackText(text);
  return {
    text: `${inert} ${link}`,
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: inert, emoji: false } },
      { type: 'section', text: { type: 'mrkdwn', text: `<${link}|${linkText}>` } },
    ],
  };
}

/** Slack reads `<…>` as links and mentions: a run's title could otherwise call a whole channel, or name another link. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Names come from agents and connectors: a line break would let one look like a line of ours. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
