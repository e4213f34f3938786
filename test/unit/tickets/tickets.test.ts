import { describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/platform/actor';
import { createTicketStore, type TicketClaim } from '@/lib/tickets/tickets';
import { covers } from '@/test/requirements';
import { manualClock } from '@/test/support/manual-clock';
import { quietAudit } from '@/test/support/quiet-audit';

const actor: Actor = { kind: 'operator', id: 'op_1', email: 'ada@example.com', role: 'admin', sessionId: 'ses_1' };
const claim: TicketClaim = { endpoint: 'pty', runId: 'run_a', origin: 'http://127.0.0.1:3000' };

function setUp() {
  const clock = manualClock();
  const audit = quietAudit();
  return { clock, audit, tickets: createTicketStore({ clock, audit }) };
}

describe('a ticket', () => {
  covers('tickets.shape', 'tickets.single-use', 'tickets.bound', 'tickets.thirty-seconds', 'tickets.audited');

  it('is 32 random bytes in base64url and says it lives 30 seconds', async () => {
    const { tickets } = setUp();
    const { ticket, ttl_seconds } = await tickets.mint({ actor, ...claim });
    expect(ticket).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
    expect(ttl_seconds).toBe(30);
  });

  it('gives back who asked for it, once', async () => {
    const { tickets } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim });
    expect(tickets.redeem(ticket, claim)).toEqual(actor);
    expect(tickets.redeem(ticket, claim)).toBeNull();
    expect(tickets.size()).toBe(0);
  });

  it('works for exactly one of a hundred that race for it', async () => {
    const { tickets } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim });
    const racers = Array.from({ length: 100 }, async () => tickets.redeem(ticket, claim));
    expect((await Promise.all(racers)).filter((won) => won !== null)).toHaveLength(1);
  });

  it.each<[string, Partial<TicketClaim>]>([
    ['another endpoint', { endpoint: 'events' }],
    ['another run', { runId: 'run_b' }],
    ['no run', { runId: null }],
    ['another Origin', { origin: 'http://evil.example' }],
    ['no Origin', { origin: null }],
    ['an Origin that looks alike', { origin: 'http://127.0.0.1:3000.evil.example' }],
  ])('is refused for %s, and burnt by the attempt', async (_what, wrong) => {
    const { tickets } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim });
    expect(tickets.redeem(ticket, { ...claim, ...wrong })).toBeNull();
    expect(tickets.redeem(ticket, claim)).toBeNull();
  });

  it('that was asked for without an Origin is refused to a browser', async () => {
    const { tickets } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim, origin: null });
    expect(tickets.redeem(ticket, claim)).toBeNull();
    const { ticket: another } = await tickets.mint({ actor, ...claim, origin: null });
    expect(tickets.redeem(another, { ...claim, origin: null })).toEqual(actor);
  });

  it('is accepted at second 30', async () => {
    const { tickets, clock } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim });
    clock.advance(30_000);
    expect(tickets.redeem(ticket, claim)).toEqual(actor);
  });

  it.each([30_001, 31_000, 86_400_000])('is refused after %i ms, and burnt by the attempt', async (afterMs) => {
    const { tickets, clock } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim });
    const mintedMs = clock.now();
    clock.advance(afterMs);
    expect(tickets.redeem(ticket, claim)).toBeNull();
    clock.set(mintedMs);
    expect(tickets.redeem(ticket, claim)).toBeNull();
  });

  it('is not guessed from anything malformed', async () => {
    const { tickets } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim });
    const odd = [
      '',
      ' ',
      `${ticket} `,
      ticket.slice(1),
      ticket.repeat(1_000),
      '__proto__',
      'undefined',
      '\0'.repeat(43),
    ];
    for (const text of odd) expect(tickets.redeem(text, claim)).toBeNull();
    expect(tickets.redeem(ticket, claim)).toEqual(actor);
  });

  it('is on the record without any part of itself, and does not exist when the record is unavailable', async () => {
    const { tickets, audit } = setUp();
    const { ticket } = await tickets.mint({ actor, ...claim });
    expect(audit.events).toMatchObject([{ actor: 'operator:op_1', action: 'ticket.mint', target: 'run_a' }]);
    for (let at = 0; at + 8 <= ticket.length; at += 1)
      expect(JSON.stringify(audit.events)).not.toContain(ticket.slice(at, at + 8));
    audit.fail(true);
    await expect(tickets.mint({ actor, ...claim })).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(tickets.size()).toBe(1);
  });
});

describe('the store', () => {
  covers('tickets.capped');

  it('holds 100,000, refuses more with CAPACITY however many ask at once, and sweeps itself', async () => {
    const { tickets, clock } = setUp();
    const mint = () => tickets.mint({ actor, ...claim });
    for (let count = 0; count < 99_995; count += 1) await mint();
    const results = await Promise.allSettled(Array.from({ length: 50 }, mint));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'CAPACITY', retryAfterSeconds: 30 });
    expect(tickets.size()).toBe(100_000);

    clock.advance(30_001);
    const { ticket } = await mint();
    expect(tickets.size()).toBe(1);
    expect(tickets.redeem(ticket, claim)).toEqual(actor);
  }, 60_000);

  it('keeps its places when the record refuses', async () => {
    const { tickets, audit } = setUp();
    audit.fail(true);
    await Promise.allSettled(Array.from({ length: 100 }, () => tickets.mint({ actor, ...claim })));
    audit.fail(false);
    expect(tickets.size()).toBe(0);
    await tickets.mint({ actor, ...claim });
    expect(tickets.size()).toBe(1);
  });

  it('sweeps the old and keeps the young', async () => {
    const { tickets, clock } = setUp();
    await tickets.mint({ actor, ...claim });
    clock.advance(20_000);
    const young = await tickets.mint({ actor, ...claim });
    clock.advance(20_000);
    await tickets.mint({ actor, ...claim });
    expect(tickets.size()).toBe(2);
    expect(tickets.redeem(young.ticket, claim)).toEqual(actor);
  });
});
