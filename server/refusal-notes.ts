/**
 * Refusals of strangers on the record, at a bounded rate: somebody without any credential must not be able to fill the disk.
 * What was left out is counted on the next row.
 */
import type { AuditEvent, AuditLog } from '@/lib/audit/log';
import { monotonicMs } from '@/lib/platform/clock';

export interface RefusalNotes {
  /** By `anonymous`, unless it is known who asked. */
  note(event: Omit<AuditEvent, 'actor' | 'outcome'> & { actor?: string }): void;
}

const perSecond = 20;
const burst = 200;

export function createRefusalNotes(audit: AuditLog): RefusalNotes {
  let left = burst;
  let lastMs = monotonicMs();
  let leftOut = 0;
  return {
    note(event) {
      const nowMs = monotonicMs();
      left = Math.min(burst, left + ((nowMs - lastMs) / 1000) * perSecond);
      lastMs = nowMs;
      if (left < 1) {
        leftOut += 1;
        return;
      }
      left -= 1;
      const data = leftOut > 0 ? { ...event.data, leftOut } : event.data;
      leftOut = 0;
      audit.note({ actor: 'anonymous', ...event, outcome: 'refused', data });
    },
  };
}
