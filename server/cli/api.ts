/** REST calls with the service key. Every answer passes the schema of its route before anything looks at it. */
import { errorBody, type Page } from '@/lib/contracts/common';
import { type RouteBody, type RouteId, type RouteResponse, type RouteSpec, routes } from '@/lib/contracts/routes';
import { exitCodes } from './exit-codes';
import { CliFailure } from './failure';
import type { Settings } from './settings';

export interface CallInput<I extends RouteId> {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: RouteBody<I>;
}

export interface Api {
  url: string;
  key: string;
  call<I extends RouteId>(id: I, input?: CallInput<I>): Promise<RouteResponse<I>>;
  /** The raw answer of a route that is not JSON. */
  download(id: RouteId, input?: CallInput<RouteId>): Promise<Response>;
}

/** Revoking a thousand runs or verifying a long record takes its time. */
const timeoutMs = 120_000;

/** @throws CliFailure when no key is set. */
export function createApi({ url, key }: Pick<Settings, 'url' | 'key'>): Api {
  if (key === null) {
    throw new CliFailure(
      'There is no service key. Set GATEHOUSE_SERVICE_KEY, or keep one: gatehouse config set key < key-file',
      { exitCode: exitCodes.config, code: 'NO_KEY' },
    );
  }
  const send = async (id: RouteId, input: CallInput<RouteId>) => {
    const response = await request(url, key, id, input);
    if (!response.ok) throw await refusal(response);
    return response;
  };
  return {
    url,
    key,
    call: async <I extends RouteId>(id: I, input: CallInput<I> = {}) => {
      const response = await send(id, input as CallInput<RouteId>);
      const schema = (routes[id] as RouteSpec).response;
      const parsed = schema?.safeParse(await response.json().catch(() => undefined));
      if (parsed?.success !== true)
        throw new CliFailure(`${url} answered ${id} in a form this version does not know.`, { code: 'BAD_ANSWER' });
      return parsed.data as RouteResponse<I>;
    },
    download: (id, input = {}) => send(id, input),
  };
}

/** Follows the cursor until `limit` items are there or the list ends. */
export async function collectPages<T>(
  limit: number,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<Page<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const wanted = Math.min(200, limit - items.length);
    const page: Page<T> = await read({ limit: wanted, ...(cursor === null ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, nextCursor: cursor };
}

async function request(url: string, key: string, id: RouteId, { params = {}, query = {}, body }: CallInput<RouteId>) {
  const { method, path } = routes[id];
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const target = search.size === 0 ? `${url}${filled}` : `${url}${filled}?${search}`;
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    return await fetch(target, {
      method,
      headers,
      // A redirect would carry the key to wherever it leads.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw unreachable(url, error);
  }
}

export function unreachable(url: string, error: unknown): CliFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new CliFailure(`${url} does not answer (${why}). Is Gatehouse running, and is GATEHOUSE_URL right?`, {
    exitCode: exitCodes.unreachable,
    code: 'UNREACHABLE',
  });
}

async function refusal(response: Response): Promise<CliFailure> {
  const { status } = response;
  const parsed = errorBody.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    return new CliFailure(`The server answered ${status} without saying why. Is something between it and here?`, {
      code: 'BAD_ANSWER',
      status,
    });
  }
  const { code, message, details, requestId } = parsed.data.error;
  return new CliFailure(message, { code, details, requestId, status });
}
