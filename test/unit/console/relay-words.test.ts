import { describe, expect, it } from 'vitest';
import {
  awayWords,
  isLinkLine,
  isWaiting,
  optionTone,
  threadsOf,
  toShown,
} from '@/components/relay/conversation-words';
import { type PlatformValues, platformBody } from '@/components/relay/platform-form';
import { postExample, settingFacts } from '@/components/relay/platform-words';
import {
  healthWords,
  identityWords,
  parseInstanceSort,
  revokeWords,
  sortInstances,
} from '@/components/relay/relay-words';
import { emptyUpstream, upstreamBody } from '@/components/relay/upstream-form';
import { upstreamNote } from '@/components/relay/upstream-words';
import { instanceHref } from '@/components/run/relay-links';
import { someInstance, someMessage } from './rows';

const buffer = (events: number, oldestAt: string | null = null) => ({ events, bytes: 0, oldestAt, dropped: 0 });

describe('an instance in words', () => {
  it('says what waits, and who is bound', () => {
    expect(healthWords(someInstance({ bindings: 6 }))).toBe('live, 6 people bound');
    expect(healthWords(someInstance({ status: 'idle', buffer: buffer(1) }))).toBe('idle, 1 event waiting');
    expect(healthWords(someInstance({ status: 'disabled', bindings: 2 }))).toBe('disabled');
  });

  it('says what its gateway fronts now, else what it was let in for', () => {
    expect(identityWords(someInstance())).toBe('discord support-bot');
    const identities = [
      { platform: 'console', botId: '' },
      { platform: 'slack', botId: 'b‮1' },
    ];
    expect(identityWords(someInstance({ identities }))).toBe('console, slack b<U+202E>1');
    expect(identityWords(someInstance({ platform: null, botId: null }))).toBe('');
  });

  it('states what a revoke ends before it does', () => {
    expect(revokeWords(someInstance({ bindings: 2, buffer: buffer(3) }))).toBe(
      'Its connection is closed, and it is turned away at every dial. This ends its secrets, 2 bindings, 3 events that wait and the runs of its sessions.',
    );
  });

  it('is sorted as asked, equals in the order of the server, and by nothing it does not know', () => {
    const rows = [
      someInstance({ id: 'a', status: 'disabled' }),
      someInstance({ id: 'b', status: 'idle', buffer: buffer(2), lastSeenAt: null }),
      someInstance({ id: 'c' }),
      someInstance({ id: 'd' }),
    ];
    const ids = (sort: string) => sortInstances(rows, parseInstanceSort(sort)).map(({ id }) => id);
    expect(ids('status')).toEqual(['c', 'd', 'b', 'a']);
    expect(ids('waiting')).toEqual(['b', 'a', 'c', 'd']);
    expect(ids('seen')).toEqual(['c', 'd', 'a', 'b']);
    expect(ids('toString')).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a conversation', () => {
  const dayOf = (at: string) => at.slice(0, 10);

  it('reads from the oldest, with a head where the day, the side or the thread changes', () => {
    const shown = toShown(
      [
        someMessage({ id: 'd', author: 'gateway', thread: { id: 't', name: 'disk' } }),
        someMessage({ id: 'c', author: 'gateway' }),
        someMessage({ id: 'b' }),
        someMessage({ id: 'a', at: '2026-11-21T10:00:00.000Z' }),
      ],
      dayOf,
    );
    expect(shown.map(({ message, startsDay, startsTurn }) => [message.id, startsDay, startsTurn])).toEqual([
      ['a', true, true],
      ['b', true, true],
      ['c', false, true],
      ['d', false, true],
    ]);
    expect(toShown([someMessage({ id: 'b' }), someMessage()], dayOf)[1]?.startsTurn).toBe(false);
  });

  it('tells what waits from what was delivered, also after a reload', () => {
    const asleep = someInstance({ status: 'idle', buffer: buffer(2, '2026-11-22T10:00:00.000Z') });
    expect(isWaiting(someMessage(), asleep)).toBe(true);
    expect(isWaiting(someMessage({ at: '2026-11-22T10:05:00.000Z' }), asleep)).toBe(true);
    expect(isWaiting(someMessage({ at: '2026-11-22T09:59:00.000Z' }), asleep)).toBe(false);
    expect(isWaiting(someMessage({ author: 'gateway' }), asleep)).toBe(false);
    expect(isWaiting(someMessage(), someInstance())).toBe(false);
  });

  it('says before sending what becomes of a message while nobody is there', () => {
    expect(awayWords(someInstance())).toBeNull();
    expect(awayWords(someInstance({ status: 'idle', buffer: buffer(3) }))).toBe(
      'The gateway sleeps. 3 events wait, delivered in order when it is back.',
    );
    expect(awayWords(someInstance({ status: 'offline' }))).toMatch(
      /^The gateway is not connected\. What you send is kept/,
    );
  });

  it('colours only what destroys, knows each thread once, and a link line from a message', () => {
    expect([optionTone('danger'), optionTone('primary'), optionTone('glow'), optionTone(null)]).toEqual([
      'stop-outline',
      'primary',
      'plain',
      'plain',
    ]);
    const thread = { id: 't', name: 'disk' };
    expect(threadsOf([someMessage({ thread }), someMessage(), someMessage({ thread })])).toEqual([thread]);
    expect([isLinkLine(' /link ABC '), isLinkLine('/link'), isLinkLine('see /link ABC')]).toEqual([true, true, false]);
  });
});

describe('what an admin fills in', () => {
  it('becomes the settings of the kind and nothing of another', () => {
    const values: PlatformValues = {
      ...{ kind: 'telegram' as const, id: ' bot ', label: '', outboundUrl: 'https://x', allowPrivateHost: true },
      ...{ botToken: ' 12:ab ', publicKey: 'FF', apiRoot: '' },
    };
    expect(platformBody(values)).toEqual({ id: 'bot', settings: { kind: 'telegram', botToken: '12:ab' } });
    expect(platformBody({ ...values, kind: 'discord', label: 'Bot' })).toEqual({
      ...{ id: 'bot', label: 'Bot' },
      settings: { kind: 'discord', botToken: '12:ab', publicKey: 'ff' },
    });
  });

  it('becomes an upstream, or every problem at once', () => {
    const parsed = upstreamBody({ ...emptyUpstream, url: 'http://x', command: "node 'x", identities: ' \n' });
    expect(parsed.ok ? [] : Object.keys(parsed.problems)).toEqual(['url', 'command', 'identities']);
    const good = {
      ...emptyUpstream,
      ...{ id: 'team', url: 'wss://x/relay', gatewayId: 'me', secret: ' s3cret-s3cret ' },
      ...{ identities: 'discord my bot\nconsole', command: 'node "my agent.mjs"' },
    };
    expect(upstreamBody(good)).toEqual({
      ok: true,
      body: {
        ...{ id: 'team', url: 'wss://x/relay', gatewayId: 'me', secret: 's3cret-s3cret' },
        identities: [
          { platform: 'discord', botId: 'my bot' },
          { platform: 'console', botId: '' },
        ],
        handler: { command: ['node', 'my agent.mjs'], projectId: 'default' },
      },
    });
  });

  it('is shown without what says nothing, and one that was cut off is told calmly', () => {
    expect(settingFacts({ kind: 'webhook', outboundUrl: 'https://x', allowPrivateHost: false, apiRoot: null })).toEqual(
      [{ term: 'answers go to', value: 'https://x' }],
    );
    expect(upstreamNote({ status: 'disabled', lastError: null })).toMatch(/opted out: recreate/);
    expect(upstreamNote({ status: 'live', lastError: 'once' })).toBeNull();
  });

  it('gets an example that carries the key and the address of this very platform', () => {
    expect(postExample('https://x/relay/platforms/helpdesk', 'whsec_a2V5')).toContain("printf %s 'a2V5'");
    expect(postExample('https://x/relay/platforms/helpdesk', 'whsec_a2V5')).toContain(
      "'https://x/relay/platforms/helpdesk'",
    );
  });
});

describe('a run of the relay', () => {
  it('leads to its chat where operators see it, else to its instance', () => {
    const tags = { 'relay.instance': 'rly_a', 'relay.chat': 'a&b' };
    expect(instanceHref(tags, 'console')).toBe('/relay/rly_a?chat=a%26b');
    expect(instanceHref(tags, 'discord')).toBe('/relay/rly_a');
  });
});
