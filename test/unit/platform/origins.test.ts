import { describe, expect, it } from 'vitest';
import { isAllowedHost, isAllowedOrigin } from '@/lib/platform/origins';
import { covers } from '@/test/requirements';

const loopback = { allowedOrigins: ['http://127.0.0.1:3000'], loopbackBind: true, port: 3000 };
const published = {
  allowedOrigins: ['https://gate.example.com', 'https://other.example.com:8443'],
  loopbackBind: false,
  port: 3000,
};

describe('an Origin', () => {
  covers('http.own-host');

  it('of ours is taken: the public one, those configured, and loopback names on a loopback bind', () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]'])
      expect(isAllowedOrigin(`http://${name}:3000`, loopback)).toBe(true);
    for (const origin of published.allowedOrigins) expect(isAllowedOrigin(origin, published)).toBe(true);
  });

  it.each([
    'null',
    '',
    'undefined',
    'http://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1:3001',
    'http://127.0.0.1:30000',
    'https://127.0.0.1:3000',
    'http://127.0.0.1:3000/',
    'http://127.0.0.1:3000.evil.example',
    'http://127.0.0.1:3000@evil.example',
    'http://evil.example/http://127.0.0.1:3000',
    'http://localhost.evil.example:3000',
    'http://evil-localhost:3000',
    'http://localhost:3000 http://evil.example',
    'http://LOCALHOST:3000',
    'http://127.1:3000',
    'http://2130706433:3000',
    'http://0.0.0.0:3000',
    'http://[::ffff:127.0.0.1]:3000',
    'http://[::1%25lo]:3000',
    'http://::1:3000',
    'file://',
    'chrome-extension://127.0.0.1:3000',
  ])('%j is refused on loopback', (origin) => {
    expect(isAllowedOrigin(origin, loopback)).toBe(false);
  });

  it.each([
    'http://gate.example.com',
    'https://gate.example.com:443',
    'https://gate.example.com:3000',
    'https://gate.example.com.evil.example',
    'https://evilgate.example.com',
    'https://sub.gate.example.com',
    'https://other.example.com',
    'http://localhost:3000',
    'http://127.0.0.1:3000',
  ])('%j is refused on a published server', (origin) => {
    expect(isAllowedOrigin(origin, published)).toBe(false);
  });
});

describe('a Host', () => {
  covers('http.own-host');

  it('of ours is taken in any case', () => {
    for (const host of ['127.0.0.1:3000', 'localhost:3000', 'LocalHost:3000', '[::1]:3000'])
      expect(isAllowedHost(host, loopback)).toBe(true);
    for (const host of ['gate.example.com', 'GATE.example.com', 'other.example.com:8443'])
      expect(isAllowedHost(host, published)).toBe(true);
  });

  it.each([undefined, '', 'evil.example', 'evil.example:3000', 'localhost', '127.0.0.1', 'localhost:3001'])(
    '%j is refused: a rebound name sends itself',
    (host) => {
      expect(isAllowedHost(host, loopback)).toBe(false);
    },
  );

  it.each(['localhost:3000', '127.0.0.1:3000', 'gate.example.com:3000', 'gate.example.com.', 'x.gate.example.com'])(
    '%j is refused on a published server',
    (host) => {
      expect(isAllowedHost(host, published)).toBe(false);
    },
  );

  it('has no port where the port is the default one', () => {
    const plain = { allowedOrigins: ['http://127.0.0.1'], loopbackBind: true, port: 80 };
    expect([isAllowedHost('localhost', plain), isAllowedOrigin('http://localhost', plain)]).toEqual([true, true]);
    expect([isAllowedHost('localhost:80', plain), isAllowedOrigin('http://localhost:80', plain)]).toEqual([
      false,
      false,
    ]);
  });
});
