/**
 * Method and path of every route, free of zod: the console's first load carries this table in place of the schemas.
 * The compiler holds it equal to `routes.ts`.
 */
import type { RouteId, routes } from './routes';

export const routeAddresses = {
  'setup.create': 'POST /api/setup',
  'me.get': 'GET /api/me',
  'tickets.mint': 'POST /api/auth/ws-ticket',
  'sessions.list': 'GET /api/sessions',
  'sessions.end': 'DELETE /api/sessions/:id',
  'sessions.endAll': 'DELETE /api/sessions',
  'nav.counts': 'GET /api/overview/counts',
  'overview.get': 'GET /api/overview',
  'runs.list': 'GET /api/runs',
  'runs.create': 'POST /api/runs',
  'runs.get': 'GET /api/runs/:id',
  'runs.revoke': 'POST /api/runs/:id/revoke',
  'runs.revokeMany': 'POST /api/runs/revoke',
  'runs.impact': 'POST /api/runs/impact',
  'runs.end': 'POST /api/runs/:id/end',
  'runs.spend': 'POST /api/runs/:id/spend',
  'runs.mintToken': 'POST /api/runs/:id/tokens',
  'runs.events': 'GET /api/runs/:id/events',
  'runs.recording': 'GET /api/runs/:id/recording',
  'tokens.list': 'GET /api/tokens',
  'tokens.revoke': 'POST /api/tokens/:id/revoke',
  'tokens.introspect': 'POST /api/tokens/introspect',
  'audit.list': 'GET /api/audit',
  'audit.verify': 'GET /api/audit/verify',
  'audit.export': 'GET /api/audit/export',
  'operators.list': 'GET /api/operators',
  'operators.create': 'POST /api/operators',
  'operators.update': 'PATCH /api/operators/:id',
  'operators.signOut': 'POST /api/operators/:id/sign-out',
  'serviceKeys.list': 'GET /api/service-keys',
  'serviceKeys.create': 'POST /api/service-keys',
  'serviceKeys.revoke': 'DELETE /api/service-keys/:id',
  'openapi.get': 'GET /api/openapi.json',
} as const satisfies { [I in RouteId]: `${(typeof routes)[I]['method']} ${(typeof routes)[I]['path']}` };
