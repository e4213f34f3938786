/** A browser's cookies and Origin without the browser: for sign-in flows whose every header is looked at. */
import type { Me } from '@/lib/contracts/operators';

export class Browserlike {
  readonly #jar = new Map<string, { value: string; attributes: string }>();

  constructor(
    readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Another address from now on, with the same cookies. */
  move(address: string): void {
    this.headers['x-forwarded-for'] = address;
  }

  cookies(): string {
    return [...this.#jar].map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  plant(cookies: string): void {
    for (const pair of cookies.split('; ')) this.#keep(pair);
  }

  attributesOf(name: string): string {
    return this.#jar.get(name)?.attributes ?? '';
  }

  /** Follows no redirect. Absolute URLs reach other servers, without our cookies' being sent along. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ ...this.headers, ...Object.fromEntries(new Headers(init.headers)) });
    headers.set('cookie', this.cookies());
    const response = await fetch(new URL(path, this.url), { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  call(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { origin: this.url, 'content-type': 'application/json' };
    return this.fetch(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, {
      method: 'POST',
      headers: { origin: this.url, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    });
  }

  async csrfToken(): Promise<string> {
    return (await (await this.fetch('/api/auth/csrf')).json()).csrfToken;
  }

  async signIn(email: string, password: string, more: Record<string, string> = {}): Promise<Response> {
    const csrfToken = await this.csrfToken();
    return this.post('/api/auth/callback/credentials', { csrfToken, email, password, json: 'true', ...more });
  }

  async signOut(): Promise<Response> {
    return this.post('/api/auth/signout', { csrfToken: await this.csrfToken(), json: 'true' });
  }

  /** Who is signed in, or null. */
  async me(): Promise<Me | null> {
    const response = await this.fetch('/api/me');
    return response.status === 200 ? await response.json() : null;
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '') this.#jar.delete(name);
    else this.#jar.set(name, { value, attributes: `; ${attributes.join('; ')}` });
  }
}
