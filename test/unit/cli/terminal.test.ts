import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Run, runStatuses } from '@/lib/contracts/runs';
import { exitCodes } from '@/server/cli/exit-codes';
import { createEscapeKey } from '@/server/cli/terminal/escape-key';
import { createModeTracker } from '@/server/cli/terminal/mode-tracker';
import { outcomeOf } from '@/server/cli/terminal/outcome';

const bytes = (text: string) => Buffer.from(text);

describe('the escape key', () => {
  const typed = (...chunks: string[]) => {
    const key = createEscapeKey();
    let sent = '';
    for (const chunk of chunks) {
      const { bytes: out, detach } = key.feed(bytes(chunk));
      sent += Buffer.from(out).toString();
      if (detach) return { sent, detach };
    }
    return { sent, detach: false };
  };

  it('leaves on ~. at the start of a line, however the keys arrive', () => {
    expect(typed('~.')).toEqual({ sent: '', detach: true });
    expect(typed('ls\r', '~', '.')).toEqual({ sent: 'ls\r', detach: true });
  });

  it('sends ~. within a line on', () => {
    expect(typed('cd ~.')).toEqual({ sent: 'cd ~.', detach: false });
  });

  it('sends one tilde for two, and the tilde with any other key', () => {
    expect(typed('~~')).toEqual({ sent: '~', detach: false });
    expect(typed('~', '/bin/ls\r')).toEqual({ sent: '~/bin/ls\r', detach: false });
  });

  it('loses and repeats no byte, whatever is typed in whatever pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\r', '~', 'é') })), (chunks) => {
        const { sent } = typed(...chunks, '\r');
        const once = typed(`${chunks.join('')}\r`).sent;
        expect(sent).toBe(once);
        expect(sent.replaceAll('~', '')).toBe(`${chunks.join('')}\r`.replaceAll('~', ''));
      }),
    );
  });
});

describe('the modes a program leaves behind', () => {
  it('are put back, the other screen last', () => {
    const modes = createModeTracker();
    modes.see(bytes('\u001b[?1049h\u001b[?25l\u001b[?1002;1006h\u001b[?2004h\u001b=\u001b[2;20r'));
    expect(modes.undo()).toBe(
      '\u001b>\u001b[r\u001b[?25h\u001b[?1002l\u001b[?1006l\u001b[?2004l\u001b[?1049l\u001b[0m',
    );
    expect(modes.undo()).toBe('\u001b[0m');
  });

  it('are seen also where a sequence is cut in two', () => {
    const modes = createModeTracker();
    modes.see(bytes('text \u001b[?10'));
    modes.see(bytes('49h more'));
    expect(modes.undo()).toContain('\u001b[?1049l');
  });

  it('that the program put back itself are left alone', () => {
    const modes = createModeTracker();
    modes.see(bytes('\u001b[?1049h\u001b[?25l'));
    modes.see(bytes('\u001b[?25h\u001b[?1049l'));
    expect(modes.undo()).toBe('\u001b[0m');
  });
});

describe('the exit code', () => {
  const closed = { code: 4401, reason: '' };
  const run = (fields: Partial<Run>) => ({ endReason: null, exitCode: null, signal: null, ...fields }) as Run;

  it('is the exit code of the command', () => {
    const end = { exit: { code: 7, signal: null }, revokedReason: null, close: { code: 4410, reason: 'exit code 7' } };
    expect(outcomeOf(end, null)).toEqual({ exitCode: 7, message: null });
  });

  it('is 128 and the number of the signal', () => {
    const end = {
      exit: { code: null, signal: 'SIGKILL' },
      revokedReason: null,
      close: { code: 4410, reason: 'SIGKILL' },
    };
    expect(outcomeOf(end, null)).toEqual({ exitCode: 137, message: 'the command was ended by SIGKILL' });
  });

  it.each([
    ['revoked', exitCodes.runRevoked, 'revoked: drill'],
    ['expired', exitCodes.runExpired, 'expired: the time of the run is over'],
    ['budget_exceeded', exitCodes.runOverBudget, 'over budget: drill'],
    ['failed', exitCodes.runFailed, 'the run ended (failed): drill'],
  ] as const)('says that the run was %s', (status, exitCode, message) => {
    const end = { exit: null, revokedReason: 'frame', close: closed };
    expect(outcomeOf(end, run({ status, endReason: 'drill' }))).toEqual({ exitCode, message });
  });

  it('says revoked also where the server can no longer be asked', () => {
    expect(outcomeOf({ exit: null, revokedReason: 'drill', close: closed }, null)).toEqual({
      exitCode: exitCodes.runRevoked,
      message: 'revoked: drill',
    });
  });

  it('is never 0 where no exit was seen', () => {
    for (const status of runStatuses) {
      expect(outcomeOf({ exit: null, revokedReason: null, close: closed }, run({ status })).exitCode).not.toBe(0);
    }
  });
});
