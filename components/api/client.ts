import type { z } from 'zod';
import { routeAddresses } from '@/lib/contracts/route-addresses';
import type { RouteId, RouteResponse, routes } from '@/lib/contracts/routes';
import { ApiError, apiErrorOf } from './api-error';

type InputOf<T> = T extends z.ZodType ? z.input<T> : never;
export type QueryInput<I extends RouteId> = (typeof routes)[I] extends { query: infer Q } ? InputOf<Q> : never;
export type BodyInput<I extends RouteId> = (typeof routes)[I] extends { body: infer B } ? InputOf<B> : never;
type ParamName<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;
type ParamsOf<I extends RouteId> = { [Name in ParamName<(typeof routes)[I]['path']>]: string };

type Needs<K extends string, T> = [T] extends [never]
  ? unknown
  : Record<string, never> extends T
    ? { [P in K]?: T }
    : { [P in K]: T };
export type CallInput<I extends RouteId> = Needs<'query', QueryInput<I>> &
  Needs<'body', BodyInput<I>> &
  (keyof ParamsOf<I> extends never ? unknown : { params: ParamsOf<I> }) & { signal?: AbortSignal };

interface LooseInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
}

/** The same-origin URL of a route, with its parameters and query filled in. */
export function routeUrl<I extends RouteId>(id: I, input: Pick<LooseInput, 'params' | 'query'> = {}): string {
  const path = routeAddresses[id].slice(routeAddresses[id].indexOf(' ') + 1);
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(input.params?.[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** Calls a route of `lib/contracts/routes.ts`. Throws an `ApiError` for every answer that is not a success. */
export async function callRoute<I extends RouteId>(
  id: I,
  ...[input]: unknown extends CallInput<I>
    ? [CallInput<I>?]
    : [CallInput<I>] | (Record<string, never> extends CallInput<I> ? [] : never)
): Promise<RouteResponse<I>> {
  const loose: LooseInput = input ?? {};
  const method = routeAddresses[id].split(' ', 1)[0];
  let response: Response;
  try {
    response = await fetch(routeUrl(id, loose), {
      method,
      headers: loose.body === undefined ? {} : { 'content-type': 'application/json' },
      body: loose.body === undefined ? undefined : JSON.stringify(loose.body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: loose.signal,
    });
  } catch (cause) {
    if (loose.signal?.aborted) throw cause;
    throw new ApiError({
      code: 'NO_ANSWER',
      status: 0,
      message: 'The server does not answer. Check that it runs, then try again.',
    });
  }
  if (!response.ok) throw await apiErrorOf(response);
  const answer: RouteResponse<I> = response.status === 204 ? undefined : await response.json();
  return answer;
}
