import { describe, expect, it } from 'vitest';
import { needsPasteConfirmation } from '@/components/terminal/paste-dialog';
import { printable } from '@/components/ui/printable';

describe('text from an agent', () => {
  it('shows control and direction characters as what they are', () => {
    expect(printable('a\u001b[31mb')).toBe('a<U+001B>[31mb');
    expect(printable('invoice\u202etxt.exe')).toBe('invoice<U+202E>txt.exe');
    expect(printable('one\ntwo\tthree')).toBe('one two three');
    expect(printable('one\ntwo', { keepNewlines: true })).toBe('one\ntwo');
  });
});

describe('a paste', () => {
  it('is asked about where a shell would run its lines at once', () => {
    expect(needsPasteConfirmation('ls\nrm -rf /', false)).toBe(true);
    expect(needsPasteConfirmation('ls\r', false)).toBe(true);
    expect(needsPasteConfirmation('ls\nrm -rf /', true)).toBe(false);
    expect(needsPasteConfirmation('ls', false)).toBe(false);
  });
});
