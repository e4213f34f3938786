import type { AuditEvent, AuditLog } from '@/lib/audit/log';
import { AppError } from '@/lib/platform/errors';

export interface QuietAudit extends AuditLog {
  events: AuditEvent[];
  /** From now on appends are refused, or not. */
  fail(fails: boolean): void;
}

/** A record in memory, for services that only write to it. */
export function quietAudit(): QuietAudit {
  const events: AuditEvent[] = [];
  let fails = false;
  const audit: QuietAudit = {
    events,
    fail(value) {
      fails = value;
    },
    async append(event) {
      if (fails) throw new AppError('AUDIT_UNAVAILABLE');
      events.push(event);
      const row = { seq: events.length, at: '2026-11-22T12:00:00.000Z', prevHash: '', hash: '' };
      return { ...row, ...event, outcome: event.outcome ?? 'ok', data: event.data ?? {} };
    },
    follow: (event) => audit.append(event),
    note: (event) => void events.push(event),
    lagMs: () => 0,
    rows: () => events.length,
    head: () => ({ seq: events.length, hash: '' }),
    drain: async () => undefined,
  };
  return audit;
}
