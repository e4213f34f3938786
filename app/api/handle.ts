/**
 * The one way in for REST. In this order, whatever the route: method, Host and Origin, credential,
 * permission or scope, query, body; then the route's own work; then its answer, cut to the declared shape. A route adds
 * nothing to the checks and can leave none out.
 */
import type { NextRequest } from 'next/server';
import {
  type RouteBody,
  type RouteId,
  type RouteQuery,
  type RouteResponse,
  type RouteSpec,
  routes,
} from '@/lib/contracts/routes';
import { type Actor, actorMay, actorName } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { runtime as currentRuntime, type Runtime } from '@/lib/runtime';
import { requireActor, requireOwnOrigin } from './credential';
import { parseBody, parseQuery } from './parse';
import { errorResponse, jsonResponse, methodNotAllowed, requestIdOf, withApiHeaders } from './respond';

type PathParams<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { [Key in Name]: string } & PathParams<Rest>
  : Path extends `${string}:${infer Name}`
    ? { [Key in Name]: string }
    : object;

export interface RouteContext<I extends RouteId> {
  actor: (typeof routes)[I] extends { open: true } ? null : Actor;
  params: PathParams<(typeof routes)[I]['path']>;
  query: RouteQuery<I>;
  body: RouteBody<I>;
  runtime: Runtime;
  request: NextRequest;
}

type RouteResult<I extends RouteId> = [RouteResponse<I>] extends [undefined]
  ? Response
  : RouteResponse<I> | WithStatus<RouteResponse<I>>;

/** An answer of the declared shape under another status than the table's: where one route grants and revokes. */
export interface WithStatus<T> {
  readonly answeredWith: number;
  readonly value: T;
}
export function withStatus<T>(status: number, value: T): WithStatus<T> {
  return { answeredWith: status, value };
}
function isWithStatus(result: unknown): result is WithStatus<unknown> {
  return typeof result === 'object' && result !== null && 'answeredWith' in result && 'value' in result;
}

type NextContext = { params: Promise<Record<string, string | string[] | undefined>> };
export type NextHandler = (request: NextRequest, context: NextContext) => Promise<Response>;

export function handle<I extends RouteId>(
  id: I,
  work: (context: RouteContext<I>) => Promise<RouteResult<I>> | RouteResult<I>,
): NextHandler {
  const spec: RouteSpec = routes[id];

  async function answer(
    request: NextRequest,
    context: NextContext,
    runtime: Runtime,
    requestId: string,
  ): Promise<Response> {
    requireOwnOrigin(request, runtime);
    const actor = spec.open ? null : await requireActor(request, runtime);
    if (actor) requireAllowed(actor, id, spec, runtime);
    const input = {
      actor,
      params: await parseParams(spec.path, context),
      query: parseQuery(request.nextUrl.searchParams, spec.query),
      body: spec.method === 'GET' || spec.takesFile ? undefined : await parseBody(request, spec.body),
      runtime,
      request,
    };
    // The schemas of this very row of the table made the input what the type says.
    const result = await work(input as RouteContext<I>);
    if (result instanceof Response)
      return withApiHeaders(request.method === 'HEAD' ? await headOf(result) : result, requestId);
    const { answeredWith, value } = isWithStatus(result) ? result : withStatus(spec.status, result);
    return jsonResponse(spec.response?.parse(value), { status: answeredWith, requestId });
  }

  return async (request, context) => {
    const runtime = currentRuntime();
    const requestId = requestIdOf(request);
    try {
      return await answer(request, context, runtime, requestId);
    } catch (error) {
      return errorResponse(error, { requestId, log: runtime.log });
    }
  };
}

/** A stream that nobody reads would keep its file or its query open. */
async function headOf({ body, headers, status }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { headers, status });
}

function requireAllowed(actor: Actor, id: RouteId, spec: RouteSpec, { audit }: Runtime): void {
  if (actorMay(actor, spec.permission, spec.scope)) return;
  const needs = actor.kind === 'key' ? (spec.scope ?? 'an operator') : (spec.permission ?? 'a service key');
  audit.note({ actor: actorName(actor), action: 'access', target: id, outcome: 'refused', data: { needs } });
  throw new AppError('FORBIDDEN', { details: { needs } });
}

async function parseParams(path: string, { params }: NextContext): Promise<Record<string, string>> {
  const given = await params;
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(
    names.map((name) => {
      const value = given[name];
      if (typeof value !== 'string') throw new AppError('NOT_FOUND');
      return [name, value];
    }),
  );
}

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof allMethods)[number];

/** Every method a route file exports: those given, HEAD beside GET, and 405 with `Allow` for the others. */
export function methods(
  given: Partial<Record<Exclude<Method, 'HEAD' | 'OPTIONS'>, NextHandler>>,
): Record<Method, NextHandler> {
  const known: Partial<Record<Method, NextHandler>> = given.GET ? { ...given, HEAD: given.GET } : given;
  const allowed = allMethods.filter((method) => known[method]);
  const refuse: NextHandler = async (request) =>
    errorResponse(methodNotAllowed(allowed), {
      requestId: requestIdOf(request),
      log: currentRuntime().log,
      headers: { allow: allowed.join(', ') },
    });
  const { GET = refuse, HEAD = refuse, POST = refuse, PUT = refuse, PATCH = refuse, DELETE = refuse } = known;
  return { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS: refuse };
}

/** Narrows to a person, where a route is about the caller's own session. */
export function requireOperator(actor: Actor): Extract<Actor, { kind: 'operator' }> {
  if (actor.kind !== 'operator') throw new AppError('FORBIDDEN');
  return actor;
}

/** The client's address as the custom server determined it; it strips what a client sends under this name. */
export function addressOf(request: NextRequest): string {
  return request.headers.get('x-gatehouse-address') ?? 'unknown';
}
