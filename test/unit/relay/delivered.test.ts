/** What was delivered at once, on its way to the record. */
import { expect, it } from 'vitest';
import type { AuditEvent } from '@/lib/audit/log';
import { createLog } from '@/lib/platform/log';
import { createDelivered } from '@/lib/relay/delivered';
import { eventually } from '@/test/support/eventually';
import { quietAudit } from '@/test/support/quiet-audit';

const content = { kind: 'passthrough', forward: { platform: 'discord', bodyB64: '' } } as const;
const message = (id: number, actor = 'author:discord:u1'): AuditEvent => ({
  ...{ actor, action: 'relay.message', target: 'rly_1', data: { messageId: `m${id}` } },
});
const idsIn = (data: unknown): unknown[] => {
  const { messages, messageId } = data as { messages?: unknown[]; messageId?: string };
  return messages?.flatMap(idsIn) ?? [messageId];
};

it('messages that come faster than rows are written share a row of their author, each once and in order', async () => {
  const audit = quietAudit();
  const delivered = createDelivered({ audit, log: createLog('silent') });
  for (let id = 1; id <= 250; id += 1) delivered.add({ content, record: message(id), companions: [] });
  delivered.add({ content, record: message(0, 'author:discord:u2'), companions: [] });
  const rowsOf = (user: string) => audit.events.filter(({ actor }) => actor.endsWith(user));
  await eventually(() => expect(rowsOf('u1').flatMap(({ data }) => idsIn(data))).toHaveLength(250));
  expect(rowsOf('u1').flatMap(({ data }) => idsIn(data))).toEqual(Array.from({ length: 250 }, (_, n) => `m${n + 1}`));
  expect(rowsOf('u1')).toHaveLength(4);
  expect(rowsOf('u2')).toHaveLength(1);
  await eventually(() => {
    delivered.add({ content, record: message(251), companions: [] });
    expect(rowsOf('u1').length).toBeGreaterThan(4);
  });
});
