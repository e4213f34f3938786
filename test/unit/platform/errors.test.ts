import { describe, expect, it } from 'vitest';
import { closeCodes } from '@/lib/contracts/close-codes';
import { errorBody } from '@/lib/contracts/common';
import { AppError, errorBodyOf, errorTable, isAppError, toAppError } from '@/lib/platform/errors';
import { covers } from '@/test/requirements';

describe('errors', () => {
  covers('http.error-body');

  it('have a status, a close code of the table and a sentence, each of them', () => {
    for (const [code, spec] of Object.entries(errorTable)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(spec.status).toBeGreaterThanOrEqual(400);
      expect(Object.keys(closeCodes)).toContain(spec.close);
      expect(spec.message).toMatch(/[.…]$/);
    }
  });

  it('are told apart by their code, also those of another copy of the module', () => {
    const foreign = Object.assign(new Error('x'), { name: 'AppError', code: 'FORBIDDEN' });
    expect([isAppError(new AppError('FORBIDDEN')), isAppError(foreign)]).toEqual([true, true]);
    const odd = [
      null,
      undefined,
      'FORBIDDEN',
      { code: 'FORBIDDEN' },
      new Error('x'),
      Object.assign(new Error('x'), { name: 'AppError', code: 'constructor' }),
    ];
    for (const value of odd) expect(isAppError(value)).toBe(false);
  });

  it('that nobody planned become INTERNAL with a constant text and no details', () => {
    const body = errorBodyOf(toAppError(new Error('canary: /etc/secret')), 'req_1');
    expect(errorBody.parse(body)).toEqual({
      error: { code: 'INTERNAL', message: errorTable.INTERNAL.message, requestId: 'req_1' },
    });
    expect(errorBodyOf(new AppError('INTERNAL', { details: { canary: 1 } }), 'r').error).not.toHaveProperty('details');
  });

  it('carry what the caller is told, and never the cause', () => {
    const error = new AppError('BAD_REQUEST', {
      message: 'title: empty.',
      details: { field: 'title' },
      cause: 'canary',
    });
    expect(errorBodyOf(error, 'req_1')).toEqual({
      error: { code: 'BAD_REQUEST', message: 'title: empty.', details: { field: 'title' }, requestId: 'req_1' },
    });
  });

  it('pins the close codes of the contract', () => {
    const codes = Object.fromEntries(Object.entries(closeCodes).map(([name, { code }]) => [name, code]));
    expect(codes).toEqual({
      malformed: 4400,
      unauthorized: 4401,
      forbidden: 4403,
      notFound: 4404,
      superseded: 4409,
      exited: 4410,
      tooFast: 4429,
      tooLarge: 1009,
      fault: 1011,
      restarting: 1012,
      full: 1013,
    });
  });
});
