/** One question to a cloud: what is told of what went wrong, and that it always ends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askCloud, type CloudError, type Question } from '@/lib/credentials/brokers/asking';
import { AppError, toAppError } from '@/lib/platform/errors';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

async function refusalOf(error: unknown, said: CloudError | null = null, over: Partial<Question> = {}) {
  const question: Question = { provider: 'aws', secrets: [secret], timeoutMs: 5_000, describe: () => said, ...over };
  try {
    await askCloud(question, () => Promise.reject(error));
  } catch (refusal) {
    return toAppError(refusal);
  }
  throw new Error('It was not refused.');
}

describe('a question that failed', () => {
  it('is told in the words of the cloud, with what library and request held left behind', async () => {
    const error = Object.assign(new Error('outer'), { request: { headers: { authorization: secret } } });
    const refusal = await refusalOf(error, { code: 'AccessDenied', message: 'Not authorized' });
    expect(refusal).toMatchObject({
      code: 'PROVIDER_REFUSED',
      message: 'AWS issued nothing. AccessDenied: Not authorized.',
      details: { provider: 'aws', code: 'AccessDenied', message: 'Not authorized' },
    });
    expect(refusal.cause).toBeUndefined();
  });

  it('is told in one short line of printable text without the secret, whatever the cloud says', async () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constant(secret),
      fc.constant('\r\n\u001b[2J'),
    );
    const message = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(' '));
    await fc.assert(
      fc.asyncProperty(message, async (text) => {
        const { message: told, details } = await refusalOf(new Error('x'), { code: 'Odd', message: text });
        return !`${told}${JSON.stringify(details)}`.includes(secret) && !/\p{Cc}/u.test(told) && told.length < 350;
      }),
      { numRuns: 50 },
    );
  });

  it('names what kept it from the cloud, however deep a library hid it', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const wrapped = new Error('request failed', { cause: new Error('fetch failed', { cause: refused }) });
    expect((await refusalOf(wrapped)).details).toMatchObject({ code: 'ECONNREFUSED' });
    expect((await refusalOf(Object.assign(new Error('x'), { code: 'ETIMEDOUT' }))).message).toContain(
      'no answer within',
    );
    expect((await refusalOf('not an error')).details).toMatchObject({ code: 'Unknown' });
  });

  it('stays what it is when it was refused here', async () => {
    expect((await refusalOf(new AppError('POLICY_TOO_LARGE'))).code).toBe('POLICY_TOO_LARGE');
  });
});

describe('a question that is never answered', () => {
  const never = () => new Promise<never>(() => undefined);
  const question: Question = { provider: 'gcp', secrets: [], timeoutMs: 30, describe: () => null };

  it('ends in time, whether or not the library heeds its signal', async () => {
    await expect(askCloud(question, never)).rejects.toMatchObject({ details: { code: 'Timeout' } });
  });

  it('ends when nobody waits any more, and is not asked when nobody did', async () => {
    const nobody = new AbortController();
    const asked = askCloud({ ...question, timeoutMs: 60_000, signal: nobody.signal }, never);
    nobody.abort();
    await expect(asked).rejects.toMatchObject({ details: { code: 'Cancelled' } });
    let calls = 0;
    const again = askCloud({ ...question, signal: nobody.signal }, async () => {
      calls += 1;
    });
    await expect(again).rejects.toMatchObject({ details: { code: 'Cancelled' } });
    expect(calls).toBe(0);
  });
});
