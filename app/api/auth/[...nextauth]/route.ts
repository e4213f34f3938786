import { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { requireOwnOrigin } from '@/app/api/credential';
import { addressOf, methods, type NextHandler } from '@/app/api/handle';
import { readBody } from '@/app/api/parse';
import { errorResponse, requestIdOf, withApiHeaders } from '@/app/api/respond';
import { cookiePolicy, readSessionCookie } from '@/app/auth-cookies';
import { deviceCookieMaxAgeSeconds } from '@/lib/operators/device-cookie';
import { AppError } from '@/lib/platform/errors';
import { parseJson } from '@/lib/platform/json';
import { runtime as currentRuntime, type Runtime } from '@/lib/runtime';
import { authOptions } from './options';
import type { SignInAttemptState } from './sign-in';

/** What of next-auth is reachable: its `_log` writes what a stranger sends, and the e-mail actions have no use here. */
const actions = new Set(['providers', 'session', 'csrf', 'signin', 'signout', 'callback', 'error']);

/** next-auth with what it lacks: Origin and Host, a body limit, 429 and 503 answers, and the device cookie. */
const answer: NextHandler = async (request, context) => {
  const runtime = currentRuntime();
  const requestId = requestIdOf(request);
  try {
    const path = [(await context.params).nextauth ?? []].flat();
    if (!actions.has(path[0] ?? '')) throw new AppError('NOT_FOUND');
    requireOwnOrigin(request, runtime, { cookieNeedsOrigin: false });
    return withApiHeaders(await callNextAuth(request, path, runtime), requestId);
  } catch (error) {
    return errorResponse(error, { requestId, log: runtime.log });
  }
};

async function callNextAuth(request: NextRequest, path: string[], runtime: Runtime): Promise<Response> {
  const policy = cookiePolicy(runtime.config.publicUrl);
  const state: SignInAttemptState = {
    address: addressOf(request),
    userAgent: request.headers.get('user-agent') ?? '',
    deviceCookie: request.cookies.get(policy.device)?.value,
    previousSessionId: await readSessionCookie(request.cookies.get(policy.session)?.value, runtime.authSecret),
    operatorId: null,
    newDeviceCookie: null,
    refusal: null,
  };
  const bounded = request.method === 'POST' ? await readWhole(request) : request;
  const response: Response = await NextAuth(
    bounded,
    { params: Promise.resolve({ nextauth: path }) },
    authOptions(runtime, state),
  );

  if (state.refusal) return refusalOf(state.refusal, request);
  // A provider that is not set up, or an action under the wrong method.
  if (response.status === 400) throw new AppError('NOT_FOUND');
  if (await isCsrfFailure(response)) {
    throw new AppError('FORBIDDEN', {
      message: 'csrfToken is missing or out of date. Get one from /api/auth/csrf and try again.',
    });
  }
  if (state.newDeviceCookie) {
    const attributes = `Path=/; Max-Age=${deviceCookieMaxAgeSeconds}; HttpOnly; SameSite=Lax${policy.secure ? '; Secure' : ''}`;
    response.headers.append('set-cookie', `${policy.device}=${state.newDeviceCookie}; ${attributes}`);
  }
  return response;
}

/** The same request with its body read, bounded and known to be what it says. */
async function readWhole(request: NextRequest): Promise<NextRequest> {
  const body = await readBody(request);
  if (request.headers.get('content-type')?.includes('application/json') && parseJson(body) === undefined)
    throw new AppError('BAD_REQUEST', { message: 'The body is not JSON, or is nested too deeply.' });
  return new NextRequest(request.url, { method: 'POST', headers: request.headers, body });
}

/** A person who comes back from the provider is shown a page; a program is told the code. */
function refusalOf(refusal: AppError, request: NextRequest): Response {
  if (request.method !== 'GET' || !request.nextUrl.pathname.includes('/callback/')) throw refusal;
  return new Response(null, { status: 302, headers: { location: `/login?error=${refusal.code}` } });
}

/** To a program that asked for JSON, next-auth answers a wrong CSRF token with 200 and an address. */
async function isCsrfFailure(response: Response): Promise<boolean> {
  if (response.status !== 200 || !response.headers.get('content-type')?.includes('application/json')) return false;
  const body: unknown = await response.clone().json();
  const url = typeof body === 'object' && body !== null && 'url' in body ? String(body.url) : '';
  return URL.canParse(url) && new URL(url).searchParams.get('csrf') === 'true';
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: answer, POST: answer });
