import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

const apiVersion = '2019-08-01';
const resource =
  /^(?:https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[\x21-\x7e]*)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** What a token of Azure is for, as its library asked. @throws AppError BAD_REQUEST */
export function audienceOf(url: string): string {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  if (query.get('api-version') !== apiVersion)
    throw new AppError('BAD_REQUEST', { message: `api-version: must be ${apiVersion}.` });
  const asked = query.getAll('resource');
  const [audience = ''] = asked;
  if (asked.length !== 1 || audience.length > limits.audienceChars || !resource.test(audience))
    throw new AppError('BAD_REQUEST', {
      message: `resource: give one, an https address or a GUID of at most ${limits.audienceChars} characters.`,
    });
  return audience;
}
