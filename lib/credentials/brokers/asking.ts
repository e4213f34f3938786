/**
 * One question to a cloud: it ends in time, and what went wrong is told in the cloud's own words with no secret in them. The
 * library's own error is never handed on, not even as a cause: it holds the request, and that holds the server's credentials.
 */
import { createRedactor } from '@/lib/connectors/redaction';
import type { CredentialProvider } from '@/lib/contracts/credentials';
import type { Clock } from '@/lib/platform/clock';
import { AppError, isAppError } from '@/lib/platform/errors';

export interface BrokerDeps {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** A cloud that has not answered by then has not. */
  timeoutMs?: number;
}

/** What a cloud said, or what was in the way of hearing it. */
export interface CloudError {
  code: string;
  message: string;
}

export interface Question {
  provider: CredentialProvider;
  /** Of the server's own, cut out of whatever is told. */
  secrets: readonly (string | undefined)[];
  timeoutMs: number;
  signal?: AbortSignal;
  /** The cloud's own code and message in an error of its library; null where the cloud said nothing. */
  describe(error: unknown): CloudError | null;
}

export const cloudNames: Record<CredentialProvider, string> = { aws: 'AWS', gcp: 'Google Cloud', azure: 'Azure' };

/** A cloud's message may quote the whole request: what comes first says what is wrong. */
const messageChars = 300;

/** @throws AppError PROVIDER_REFUSED with `details` of `{provider, code, message}`. */
export async function askCloud<T>(question: Question, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(question.timeoutMs);
  const signal = question.signal ? AbortSignal.any([question.signal, late]) : late;
  try {
    return await abandonable(ask, signal);
  } catch (error) {
    if (isAppError(error)) throw error;
    throw refusal(question, late.aborted || question.signal?.aborted ? cutOff(question) : causeOf(error, question));
  }
}

function cutOff({ signal, timeoutMs }: Question): CloudError {
  return signal?.aborted
    ? { code: 'Cancelled', message: 'nobody waits for the answer any more' }
    : { code: 'Timeout', message: `no answer within ${timeoutMs / 1_000} s` };
}

function causeOf(error: unknown, { describe, timeoutMs }: Question): CloudError {
  const said = describe(error);
  if (said) return said;
  const code = systemCodeOf(error);
  if (code !== null && /TIMEDOUT|TIMEOUT/.test(code))
    return { code, message: `no answer within ${timeoutMs / 1_000} s` };
  if (code !== null) return { code, message: 'it could not be reached' };
  return { code: 'Unknown', message: error instanceof Error ? error.message : 'it answered with what is no answer' };
}

/** Of an error as the system gives it, however deep a library has wrapped it. */
function systemCodeOf(error: unknown, depth = 0): string | null {
  if (!(error instanceof Error) || depth > 4) return null;
  if ('code' in error && typeof error.code === 'string' && /^(?:E[A-Z]+|UND_ERR_|CERT_|DEPTH_|SELF_)/.test(error.code))
    return error.code;
  return systemCodeOf(error.cause, depth + 1);
}

function refusal({ provider, secrets }: Question, { code, message }: CloudError): AppError {
  const redactor = createRedactor(secrets.filter((secret) => secret !== undefined));
  const firstLine = message.split('\n', 1)[0] ?? '';
  const told = redactor.text(firstLine).value.replace(/\p{C}/gu, ' ').slice(0, messageChars).trim();
  return new AppError('PROVIDER_REFUSED', {
    message: `${cloudNames[provider]} issued nothing. ${code}: ${told}${/[.!?]$/.test(told) ? '' : '.'}`,
    details: { provider, code, message: told },
  });
}

/** Not every library heeds a signal everywhere: who waits is let go all the same. */
function abandonable<T>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abandon = () => reject(new Error('abandoned'));
    if (signal.aborted) return abandon();
    signal.addEventListener('abort', abandon, { once: true });
    ask(signal)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abandon));
  });
}
