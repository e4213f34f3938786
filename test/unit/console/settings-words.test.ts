import { describe, expect, it } from 'vitest';
import { deviceWords } from '@/components/settings/device-words';
import { drawPassword, shortestPassword } from '@/components/settings/password';
import { offeredScopes } from '@/components/settings/scope-words';
import { firstSection, sectionsFor } from '@/components/settings/sections';
import { password } from '@/lib/contracts/operators';
import { roles } from '@/lib/contracts/roles';
import { routes } from '@/lib/contracts/routes';

describe('a device', () => {
  it('is named by its browser and system', () => {
    const like = 'Mozilla/5.0';
    expect(
      [
        `${like} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
        `${like} (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0`,
        `${like} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15`,
        `${like} (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1`,
        `${like} (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36`,
        'curl/8.5.0',
        '',
      ].map(deviceWords),
    ).toEqual([
      'Edge 140 on Windows',
      'Firefox 128 on Linux',
      'Safari 18 on macOS',
      'Safari 18 on iPhone',
      'Chrome 140 on Android',
      'curl/8.5.0',
      'unknown',
    ]);
  });
});

describe('a generated password', () => {
  it('is one the server accepts, drawn without favouring a character', () => {
    const drawn = Array.from({ length: 500 }, () => drawPassword());
    for (const each of drawn) expect(password.safeParse(each).success).toBe(true);
    expect(new Set(drawn).size).toBe(500);
    // Bytes from 220 up would give the first characters of the alphabet a second chance.
    const mostlyTooHigh = (bytes: Uint8Array) => bytes.set([220, 255, 0]);
    expect(drawPassword(mostlyTooHigh)).toBe('aaaaa-aaaaa-aaaaa-aaaaa');
    const tooHigh = (bytes: Uint8Array) => bytes.fill(219).set([220, 230, 240, 255]);
    expect(drawPassword(tooHigh)).toBe('99999-99999-99999-99999');
  });

  it('is asked to be as long as the server asks', () => {
    expect(password.safeParse('x'.repeat(shortestPassword)).success).toBe(true);
    expect(password.safeParse('x'.repeat(shortestPassword - 1)).success).toBe(false);
  });
});

describe('the settings', () => {
  it('show every role the locks, its own sessions and look, and the rest to admins', () => {
    for (const role of roles) {
      const shown = sectionsFor(role).map((section) => section.id);
      expect(shown).toEqual(
        role === 'admin'
          ? ['operators', 'service-keys', 'cloud-profiles', 'locks', 'webhooks', 'sessions', 'appearance']
          : ['locks', 'sessions', 'appearance'],
      );
      expect(firstSection(role).id).toBe(role === 'admin' ? 'operators' : 'sessions');
    }
  });

  it('offer every scope that opens a route, and none that opens nothing', () => {
    const opening = new Set(Object.values(routes).flatMap(({ scope }) => scope ?? []));
    expect(new Set(offeredScopes.map(({ scope }) => scope))).toEqual(opening);
  });
});
