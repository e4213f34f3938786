import { describe, expect, it } from 'vitest';
import { baseEnvironment as base, checkGivenEnvironment, runEnvironment } from '@/lib/runs/environment';
import { covers } from '@/test/requirements';

/** The server's own environment; Next's typings want a NODE_ENV in each. */
const baseEnvironment = (server: Record<string, string>, given: Record<string, string>) =>
  base({ NODE_ENV: 'production', ...server }, given);

const credentials = {
  url: 'https://gate.example.com',
  runId: 'run_a',
  projectId: 'demo',
  toolToken: 'TOKEN',
  internal: 'run_a.MAC',
  cloudEnv: {},
};

describe('the environment of a run', () => {
  covers('runs.environment');

  it('inherits nothing that is not on the list: no secret of the server, no address of its stores', () => {
    const secrets = [
      'GATEHOUSE_SERVICE_KEY',
      'GATEHOUSE_MASTER_KEY',
      'GATEHOUSE_ADMIN_PASSWORD',
      'GATEHOUSE_OIDC_CLIENT_SECRET',
      'NEXTAUTH_SECRET',
      'DATABASE_URL',
      'REDIS_URL',
      'AWS_SECRET_ACCESS_KEY',
      'GITHUB_TOKEN',
      'SSH_AUTH_SOCK',
      'NODE_OPTIONS',
      'LD_PRELOAD',
      'BASH_ENV',
      'BASH_FUNC_x%%',
      'path',
      'GATEHOUSE_TOOL_TOKEN',
      'GATEHOUSE_RUN_ID',
    ];
    const server = Object.fromEntries(secrets.map((name) => [name, 'canary']));
    const env = runEnvironment(
      baseEnvironment({ ...server, PATH: '/bin', LC_ALL: 'C.UTF-8', HOME: '/root' }, {}),
      credentials,
    );
    expect(JSON.stringify(env)).not.toContain('canary');
    expect(env).toMatchObject({ PATH: '/bin', LC_ALL: 'C.UTF-8', HOME: '/root', TERM: 'xterm-256color' });
  });

  it('holds exactly the Gatehouse variables of the contract', () => {
    const env = runEnvironment(baseEnvironment({}, {}), credentials);
    expect(Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('GATEHOUSE_')))).toEqual({
      GATEHOUSE_URL: 'https://gate.example.com',
      GATEHOUSE_RUN_ID: 'run_a',
      GATEHOUSE_PROJECT_ID: 'demo',
      GATEHOUSE_TOOL_TOKEN: 'TOKEN',
      GATEHOUSE_MCP_URL: 'https://gate.example.com/mcp',
      GATEHOUSE_WS_URL: 'wss://gate.example.com/api/ws?internal=run_a.MAC',
      GATEHOUSE_PUB_URL: 'wss://gate.example.com/api/pub?internal=run_a.MAC&channel=run_a',
    });
    expect(runEnvironment({}, { ...credentials, url: 'http://h:1' }).GATEHOUSE_WS_URL).toMatch(
      /^ws:\/\/h:1\/api\/ws\?/,
    );
  });

  it('takes what the caller gives over what is inherited', () => {
    expect(baseEnvironment({ PATH: '/bin', LANG: 'C' }, { PATH: '/opt/bin', TERM: 'dumb', X: '' })).toMatchObject({
      PATH: '/opt/bin',
      LANG: 'C',
      TERM: 'dumb',
      X: '',
    });
  });

  it.each([
    ['GATEHOUSE_RUN_ID', { GATEHOUSE_RUN_ID: 'run_b' }],
    ['GATEHOUSE_ANYTHING', { GATEHOUSE_ANYTHING: '' }],
    ['A=B', { 'A=B': 'x' }],
    ['1A', { '1A': 'x' }],
    ['""', { '': 'x' }],
    ['A B', { 'A B': 'x' }],
    ['A', { A: 'x\0GATEHOUSE_RUN_ID=run_b' }],
  ])('refuses %s, and names it', (name, env) => {
    expect(() => checkGivenEnvironment(env)).toThrow(name);
    expect(() => checkGivenEnvironment(env)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  });

  it('takes ordinary names and any other text', () => {
    expect(() => checkGivenEnvironment({ A: '', _b9: 'x=y\n💥', gatehouse_x: '1' })).not.toThrow();
  });
});
