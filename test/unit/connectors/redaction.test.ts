import { describe, expect, it } from 'vitest';
import { createRedactor } from '@/lib/connectors/redaction';
import { covers } from '@/test/requirements';

covers('connectors.output');
const redactor = createRedactor(['Bearer own-secret-of-the-connector', 'short']);
const text = (given: string) => redactor.text(given).value;

describe('redaction', () => {
  for (const secret of [
    `gth_tool_${'a'.repeat(49)}`,
    `gth_key_${'b'.repeat(49)}`,
    `ghp_${'c'.repeat(36)}`,
    `github_pat_${'d'.repeat(40)}`,
    `sk-proj-${'e'.repeat(40)}`,
    'AKIAIOSFODNN7EXAMPLE',
    'xoxb-123456789012-abcdefghij',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----',
  ])
    it(`cuts out a known shape: ${secret.slice(0, 12)}`, () => expect(text(`a ${secret} b`)).toBe('a [redacted] b'));

  it('cuts out what the connector was started with, in any dress', () => {
    expect(text('got own-secret-of-the-connector')).toBe('got [redacted]');
    expect(text('a short word')).toBe('a short word');
    const quoted = createRedactor(['say "hello" to me']);
    expect(quoted.text(JSON.stringify({ a: 'say "hello" to me' })).value).toBe('{"a":"[redacted]"}');
  });

  it('cuts out values under keys that name a secret, in structures and in text', () => {
    const { value, count } = redactor.value({
      user: 'ada',
      password: 'hunter2',
      nested: [{ api_key: 'k', tokens: 17, nextPageToken: 'page2' }],
      text: '{"clientSecret": "x\\"y", "note": "kept"}',
      env: 'HOME=/root\nPWD=/work\nDB_PASSWORD=hunter2\nexport API_KEY=abc',
      header: 'Authorization: Bearer abcdefghijklmnop',
    });
    expect(value).toEqual({
      user: 'ada',
      password: '[redacted]',
      nested: [{ api_key: '[redacted]', tokens: 17, nextPageToken: 'page2' }],
      text: '{"clientSecret": "[redacted]", "note": "kept"}',
      env: 'HOME=/root\nPWD=/work\nDB_PASSWORD=[redacted]\nexport API_KEY=[redacted]',
      header: 'Authorization: Bearer [redacted]',
    });
    expect(count).toBe(6);
  });

  it('says which known shapes it met, also under a key that hides them, and of a password nothing', () => {
    const { patterns } = redactor.value({
      token: `ghp_${'c'.repeat(36)}`,
      list: ['AKIAIOSFODNN7EXAMPLE', 'a ASIAIOSFODNN7EXAMPLE'],
      password: 'hunter2',
      mine: 'own-secret-of-the-connector',
    });
    expect(patterns).toEqual(['GitHub token', 'AWS access key id', 'AWS access key id']);
  });

  it('leaves the bytes of images, and keys that would act on objects', () => {
    const image = { type: 'image', data: `AKIAIOSFODNN7EXAMPLE${'A'.repeat(100)}`, mimeType: 'image/png' };
    expect(redactor.value(image).value).toEqual(image);
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}}');
    expect(JSON.stringify(redactor.value(hostile).value)).toBe('{"__proto__":{"polluted":true}}');
  });

  it('takes time in proportion to the text, whatever the text', () => {
    const attacks = [
      '"a":"',
      '"a":"\\"',
      'eyJ',
      'eyJaaaaaaaa.',
      'eyJaaaaaaaa.bbbbbbbb.',
      'sk-',
      'a=\n',
      'Bearer      ',
      '-----BEGIN ',
      'x'.repeat(64),
      '"\\',
      'A=',
      'Bearer ',
    ];
    const started = performance.now();
    for (const attack of attacks) redactor.text(attack.repeat(Math.floor(400_000 / attack.length)));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
