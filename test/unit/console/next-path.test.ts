import { describe, expect, it } from 'vitest';
import { nextPath } from '@/components/sign-in/next-path';

describe('where sign-in goes next', () => {
  it('is the path that was asked for, with its filters', () => {
    expect(nextPath('/runs?status=live')).toBe('/runs?status=live');
    expect(nextPath('/runs/run_1?tab=tokens')).toBe('/runs/run_1?tab=tokens');
  });

  it('is never another site', () => {
    const attacks = [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      '/a\\b',
      '',
      'runs',
    ];
    for (const attack of attacks) expect(nextPath(attack)).toBe('/');
    expect(nextPath(undefined)).toBe('/');
    expect(nextPath(['/runs', '/x'])).toBe('/');
  });

  it('is not sign-in itself, nor an answer of the API', () => {
    expect(nextPath('/login?next=/runs')).toBe('/');
    expect(nextPath('/api/me')).toBe('/');
  });
});
