import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '@/lib/platform/config';
import { covers } from '@/test/requirements';

const parse = (env: Record<string, string | undefined> = {}) => parseConfig(env, '/srv/gatehouse');
function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    parse(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the config', () => {
  covers('process.config-named');

  it('has the defaults of the contract', () => {
    expect(parse()).toEqual({
      host: '127.0.0.1',
      port: 3000,
      dataDir: '/srv/gatehouse/data',
      databaseUrl: 'file:/srv/gatehouse/data/gatehouse.db',
      publicUrl: 'http://127.0.0.1:3000',
      redisUrl: null,
      toolSessions: { prefix: 'gatehouse:tools:session:', ttlSeconds: 300 },
      allowedOrigins: ['http://127.0.0.1:3000'],
      loopbackBind: true,
      trustedProxies: [],
      admin: null,
      serviceKey: null,
      masterKey: null,
      oidc: null,
      tools: null,
      logLevel: 'info',
    });
  });

  it('takes what it is given, spaces around it and empty variables aside', () => {
    const config = parse({
      HOST: '0.0.0.0',
      PORT: ' 8080 ',
      GATEHOUSE_DATA_DIR: 'state',
      GATEHOUSE_PUBLIC_URL: 'https://gate.example.com/',
      GATEHOUSE_ALLOWED_ORIGINS: 'https://a.example, https://b.example:8443 ,',
      GATEHOUSE_TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2',
      GATEHOUSE_ADMIN_EMAIL: 'Ada@Example.com',
      GATEHOUSE_ADMIN_PASSWORD: ' correct horse ',
      GATEHOUSE_SERVICE_KEY: 'k'.repeat(32),
      REDIS_URL: ' ',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      dataDir: '/srv/gatehouse/state',
      publicUrl: 'https://gate.example.com',
      allowedOrigins: ['https://gate.example.com', 'https://a.example', 'https://b.example:8443'],
      loopbackBind: false,
      trustedProxies: ['10.0.0.1', '10.0.0.2'],
      admin: { email: 'ada@example.com', password: ' correct horse ' },
      serviceKey: 'k'.repeat(32),
    });
    expect(parse({ HOST: '::1' }).publicUrl).toBe('http://[::1]:3000');
  });

  it.each([
    ['PORT', { PORT: 'abc' }],
    ['PORT', { PORT: '-1' }],
    ['PORT', { PORT: '65536' }],
    ['PORT', { PORT: '3000.5' }],
    ['PORT', { PORT: '0x50' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://db' }],
    ['REDIS_URL', { REDIS_URL: 'http://localhost' }],
    ['REDIS_URL', { REDIS_URL: 'localhost:6379' }],
    ['GATEHOUSE_TOOLS', { GATEHOUSE_TOOLS: 'elsewhere' }],
    ['GATEHOUSE_TOOLS', { GATEHOUSE_TOOLS: 'queue' }],
    ['GATEHOUSE_TOOL_SESSION_PREFIX', { GATEHOUSE_TOOL_SESSION_PREFIX: 'with space:' }],
    ['GATEHOUSE_TOOL_SESSION_TTL_SECONDS', { GATEHOUSE_TOOL_SESSION_TTL_SECONDS: '60' }],
    ['GATEHOUSE_TOOL_SESSION_TTL_SECONDS', { GATEHOUSE_TOOL_SESSION_TTL_SECONDS: '90 s' }],
    ['GATEHOUSE_PUBLIC_URL', { HOST: '0.0.0.0' }],
    ['GATEHOUSE_PUBLIC_URL', { HOST: '::' }],
    ['GATEHOUSE_PUBLIC_URL', { GATEHOUSE_PUBLIC_URL: 'gate.example.com' }],
    ['GATEHOUSE_PUBLIC_URL', { GATEHOUSE_PUBLIC_URL: 'ftp://gate.example.com' }],
    ['GATEHOUSE_PUBLIC_URL', { GATEHOUSE_PUBLIC_URL: 'https://gate.example.com/path' }],
    ['GATEHOUSE_PUBLIC_URL', { GATEHOUSE_PUBLIC_URL: 'https://user@gate.example.com' }],
    ['GATEHOUSE_ALLOWED_ORIGINS', { GATEHOUSE_ALLOWED_ORIGINS: 'https://a.example,*' }],
    ['GATEHOUSE_ALLOWED_ORIGINS', { GATEHOUSE_ALLOWED_ORIGINS: 'https://a.example?x' }],
    ['GATEHOUSE_SERVICE_KEY', { GATEHOUSE_SERVICE_KEY: 'k'.repeat(31) }],
    ['GATEHOUSE_MASTER_KEY', { GATEHOUSE_MASTER_KEY: 'short' }],
    ['GATEHOUSE_MASTER_KEY', { GATEHOUSE_MASTER_KEY: Buffer.alloc(31).toString('base64') }],
    ['GATEHOUSE_ADMIN_EMAIL', { GATEHOUSE_ADMIN_PASSWORD: 'correct horse battery' }],
    ['GATEHOUSE_ADMIN_EMAIL', { GATEHOUSE_ADMIN_EMAIL: 'ada', GATEHOUSE_ADMIN_PASSWORD: 'correct horse battery' }],
    ['GATEHOUSE_ADMIN_PASSWORD', { GATEHOUSE_ADMIN_EMAIL: 'ada@example.com' }],
    ['GATEHOUSE_ADMIN_PASSWORD', { GATEHOUSE_ADMIN_EMAIL: 'ada@example.com', GATEHOUSE_ADMIN_PASSWORD: 'short' }],
    ['GATEHOUSE_OIDC_ISSUER', { GATEHOUSE_OIDC_CLIENT_ID: 'id', GATEHOUSE_OIDC_CLIENT_SECRET: 's' }],
    [
      'GATEHOUSE_OIDC_ISSUER',
      { GATEHOUSE_OIDC_ISSUER: 'login', GATEHOUSE_OIDC_CLIENT_ID: 'id', GATEHOUSE_OIDC_CLIENT_SECRET: 's' },
    ],
    ['GATEHOUSE_OIDC_CLIENT_ID', { GATEHOUSE_OIDC_ISSUER: 'https://l.example', GATEHOUSE_OIDC_CLIENT_SECRET: 's' }],
    ['GATEHOUSE_OIDC_CLIENT_SECRET', { GATEHOUSE_OIDC_ISSUER: 'https://l.example', GATEHOUSE_OIDC_CLIENT_ID: 'id' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ])('names %s in one line for %j', (name, env) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: .{10,}$`));
  });

  it('reports everything that is wrong at once', () => {
    const problems = problemsOf({ PORT: 'x', REDIS_URL: 'x', LOG_LEVEL: 'x', GATEHOUSE_SERVICE_KEY: 'x' });
    const names = problems.map((line) => line.split(':', 1)[0]);
    expect(names.sort()).toEqual(['GATEHOUSE_SERVICE_KEY', 'LOG_LEVEL', 'PORT', 'REDIS_URL']);
  });

  it('never repeats a secret in a message', () => {
    const problems = problemsOf({
      PORT: 'x',
      GATEHOUSE_SERVICE_KEY: 'canary-key',
      GATEHOUSE_ADMIN_EMAIL: 'ada',
      GATEHOUSE_ADMIN_PASSWORD: 'canary-pw',
      GATEHOUSE_OIDC_CLIENT_SECRET: 'canary-oidc',
      GATEHOUSE_MASTER_KEY: 'canary-master',
    });
    expect(problems.join('\n')).not.toContain('canary');
  });
});
