/** Callers of the REST routes: an operator with cookies and an Origin, or a service with its key. */
import { type RouteBody, type RouteId, type RouteResponse, routes } from '@/lib/contracts/routes';

interface CallInput<I extends RouteId> {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: Partial<RouteBody<I>> | Record<string, unknown>;
}

export interface TestClient {
  url: string;
  /** `fetch` with this caller's credential. Relative paths only. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Calls a route of the table and expects its success status; the answer has passed its schema. */
  call<I extends RouteId>(id: I, input?: CallInput<I>): Promise<RouteResponse<I>>;
  /** Calls a route and gives whatever came: for refusals. */
  attempt<I extends RouteId>(id: I, input?: CallInput<I>): Promise<{ status: number; body: unknown; headers: Headers }>;
}

export interface OperatorClient extends TestClient {
  /** The `Cookie` header as a browser would send it now. */
  cookies(): string;
}

/** Without any credential; add an `Origin` or not. */
export function anonymous(url: string, headers: Record<string, string> = {}): TestClient {
  return clientOf(url, () => headers);
}

export function service(url: string, key: string): TestClient {
  return clientOf(url, () => ({ authorization: `Bearer ${key}` }));
}

/** Signs in through next-auth as the page does: CSRF token, then the credentials callback. Throws when refused. */
export async function signIn(url: string, email: string, password: string): Promise<OperatorClient> {
  const jar = new Map<string, string>();
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';', 1)[0] ?? '';
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1);
      if (value === '') jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), value);
    }
  };
  const client = clientOf(url, () => ({ cookie: cookies(), origin: url }), keep);
  const csrf: unknown = await (await client.fetch('/api/auth/csrf')).json();
  const csrfToken = typeof csrf === 'object' && csrf !== null && 'csrfToken' in csrf ? String(csrf.csrfToken) : '';
  const response = await client.fetch('/api/auth/callback/credentials', {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  });
  if (![...jar.keys()].some((name) => name.endsWith('session-token'))) {
    throw new Error(`Sign-in of ${email} was refused: ${response.status} ${await response.text()}`);
  }
  return { ...client, cookies };
}

function clientOf(
  url: string,
  credential: () => Record<string, string>,
  keep: (response: Response) => void = () => undefined,
): TestClient {
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(credential())) if (!headers.has(name)) headers.set(name, value);
    const response = await fetch(`${url}${path}`, { ...init, headers });
    keep(response);
    return response;
  };
  const request = (id: RouteId, { params = {}, query = {}, body }: CallInput<RouteId>) => {
    const { method, path } = routes[id];
    const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
    return send(search === '' ? filled : `${filled}?${search}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  };
  return {
    url,
    fetch: send,
    attempt: async (id, input = {}) => {
      const response = await request(id, input);
      return { status: response.status, body: parsed(await response.text()), headers: response.headers };
    },
    call: async <I extends RouteId>(id: I, input: CallInput<I> = {}) => {
      const response = await request(id, input);
      const text = await response.text();
      const { status, response: schema } = routes[id];
      if (response.status !== status) throw new Error(`${id} answered ${response.status}, not ${status}: ${text}`);
      return (schema === null ? undefined : schema.parse(parsed(text))) as RouteResponse<I>;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
