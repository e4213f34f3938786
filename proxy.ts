/**
 * Security headers of every page, and a fresh nonce that Next puts on its own scripts. Nothing else is decided here: pages
 * and routes check their caller themselves.
 */
import { type NextRequest, NextResponse } from 'next/server';
import type { Config } from '@/lib/platform/config';
import { isAllowedHost } from '@/lib/platform/origins';
import { newSecret } from '@/lib/platform/secrets';
import { runtime } from '@/lib/runtime';

export function proxy(request: NextRequest): NextResponse {
  const { config } = runtime();
  const nonce = newSecret();
  const policy = contentSecurityPolicy({
    nonce,
    sockets: socketSources(request, config),
    formTargets: config.oidc ? [new URL(config.oidc.issuer).origin] : [],
  });

  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  // Layouts do not know their path; sign-in comes back to it.
  headers.set('x-gatehouse-path', `${request.nextUrl.pathname}${request.nextUrl.search}`);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  for (const [name, value] of Object.entries(pageHeaders)) response.headers.set(name, value);
  if (config.publicUrl.startsWith('https:')) response.headers.set('strict-transport-security', 'max-age=31536000');
  return response;
}

const pageHeaders = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Not `no-referrer`: with it a browser sends `Origin: null` with a form, and sign-in could not tell it from a stranger's.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Not every browser counts a socket to our own host as `'self'`. */
function socketSources(request: NextRequest, config: Config): string[] {
  const host = request.headers.get('host');
  if (!host || !isAllowedHost(host, config)) return [];
  return [`${config.publicUrl.startsWith('https:') ? 'wss' : 'ws'}://${host}`];
}

interface PolicyParts {
  nonce: string;
  sockets: string[];
  formTargets: string[];
}

function contentSecurityPolicy({ nonce, sockets, formTargets }: PolicyParts): string {
  const isDevelopment = process.env.NODE_ENV === 'development';
  return Object.entries({
    'default-src': ["'none'"],
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(isDevelopment ? ["'unsafe-eval'"] : [])],
    // xterm and the style attributes of server-rendered pages cannot carry a nonce; styles reach no data and no network here.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...sockets],
    'worker-src': ["'self'", 'blob:'],
    'manifest-src': ["'self'"],
    'form-action': ["'self'", ...formTargets],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'object-src': ["'none'"],
  })
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}

export const config = { matcher: ['/((?!api/|_next/static/|_next/image/).*)'] };
