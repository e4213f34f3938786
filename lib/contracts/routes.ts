/**
 * Every REST route: who may call it, what it takes and what it answers. The route wrapper, the OpenAPI document, the
 * browser's queries and the role × route test all read this table.
 */
import type { z } from 'zod';
import { z as zod } from 'zod';
import { auditRow, auditVerification, exportAuditQuery, listAuditQuery } from './audit';
import { empty, pageOf, pageQuery } from './common';
import {
  createdServiceKey,
  createOperatorBody,
  createServiceKeyBody,
  me,
  operator,
  operatorSession,
  serviceKey,
  setupBody,
  ticketBody,
  ticketResult,
  updateOperatorBody,
} from './operators';
import { navCounts, overview, overviewQuery } from './overview';
import type { Permission, Scope } from './roles';
import {
  agentEvent,
  createdRun,
  createRunBody,
  endRunBody,
  listRunsQuery,
  revokeBody,
  revokeImpact,
  revokeManyBody,
  revokeManyResult,
  revokeResult,
  run,
  runSelection,
  spendBody,
  spendResult,
} from './runs';
import {
  introspectBody,
  introspection,
  listTokensQuery,
  mintedToken,
  mintTokenBody,
  revokeTokenBody,
  toolToken,
} from './tokens';

export interface RouteSpec {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  /** What an operator's role must allow; `null` where operators cannot call it. */
  permission: Permission | null;
  /** The scope a service key needs; `null` where no key may call it. */
  scope: Scope | null;
  /** Answered by the custom server before Next, to bearer credentials alone. */
  dataPlane?: true;
  /** Answers without any credential: the route checks what it was given itself. */
  open?: true;
  query?: z.ZodType;
  body?: z.ZodType;
  status: 200 | 201 | 204;
  /** `null` where the answer is not JSON. */
  response: z.ZodType | null;
}

const ok = zod.object({ ok: zod.literal(true) });

export const routes = {
  'setup.create': {
    method: 'POST',
    path: '/api/setup',
    permission: null,
    scope: null,
    open: true,
    body: setupBody,
    status: 201,
    response: operator,
  },
  'me.get': { method: 'GET', path: '/api/me', permission: 'self.manage', scope: null, status: 200, response: me },
  'tickets.mint': {
    method: 'POST',
    path: '/api/auth/ws-ticket',
    permission: 'self.manage',
    scope: 'runs:read',
    body: ticketBody,
    status: 200,
    response: ticketResult,
  },
  'sessions.list': {
    method: 'GET',
    path: '/api/sessions',
    permission: 'self.manage',
    scope: null,
    query: pageQuery,
    status: 200,
    response: pageOf(operatorSession),
  },
  'sessions.end': {
    method: 'DELETE',
    path: '/api/sessions/:id',
    permission: 'self.manage',
    scope: null,
    status: 200,
    response: ok,
  },
  'sessions.endAll': {
    method: 'DELETE',
    path: '/api/sessions',
    permission: 'self.manage',
    scope: null,
    status: 200,
    response: ok,
  },

  'nav.counts': {
    method: 'GET',
    path: '/api/overview/counts',
    permission: 'runs.read',
    scope: null,
    query: empty,
    status: 200,
    response: navCounts,
  },
  'overview.get': {
    method: 'GET',
    path: '/api/overview',
    permission: 'runs.read',
    scope: null,
    query: overviewQuery,
    status: 200,
    response: overview,
  },

  'runs.list': {
    method: 'GET',
    path: '/api/runs',
    permission: 'runs.read',
    scope: 'runs:read',
    query: listRunsQuery,
    status: 200,
    response: pageOf(run),
  },
  'runs.create': {
    method: 'POST',
    path: '/api/runs',
    permission: 'runs.control',
    scope: 'runs:write',
    body: createRunBody,
    status: 201,
    response: createdRun,
  },
  'runs.get': {
    method: 'GET',
    path: '/api/runs/:id',
    permission: 'runs.read',
    scope: 'runs:read',
    status: 200,
    response: run,
  },
  'runs.revoke': {
    method: 'POST',
    path: '/api/runs/:id/revoke',
    permission: 'runs.control',
    scope: 'runs:write',
    body: revokeBody,
    status: 200,
    response: revokeResult,
  },
  'runs.revokeMany': {
    method: 'POST',
    path: '/api/runs/revoke',
    permission: 'runs.control',
    scope: 'runs:write',
    body: revokeManyBody,
    status: 200,
    response: revokeManyResult,
  },
  'runs.impact': {
    method: 'POST',
    path: '/api/runs/impact',
    permission: 'runs.read',
    scope: 'runs:read',
    body: runSelection,
    status: 200,
    response: revokeImpact,
  },
  'runs.end': {
    method: 'POST',
    path: '/api/runs/:id/end',
    permission: 'runs.control',
    scope: 'runs:write',
    body: endRunBody,
    status: 200,
    response: run,
  },
  'runs.spend': {
    method: 'POST',
    path: '/api/runs/:id/spend',
    permission: 'runs.control',
    scope: 'runs:write',
    body: spendBody,
    status: 200,
    response: spendResult,
  },
  'runs.mintToken': {
    method: 'POST',
    path: '/api/runs/:id/tokens',
    permission: 'runs.control',
    scope: 'runs:write',
    body: mintTokenBody,
    status: 201,
    response: mintedToken,
  },
  'runs.events': {
    method: 'GET',
    path: '/api/runs/:id/events',
    permission: 'runs.read',
    scope: 'runs:read',
    query: pageQuery,
    status: 200,
    response: pageOf(agentEvent),
  },
  'runs.recording': {
    method: 'GET',
    path: '/api/runs/:id/recording',
    permission: 'recordings.read',
    scope: 'audit:read',
    status: 200,
    response: null,
  },

  'tokens.list': {
    method: 'GET',
    path: '/api/tokens',
    permission: 'runs.read',
    scope: 'runs:read',
    query: listTokensQuery,
    status: 200,
    response: pageOf(toolToken),
  },
  'tokens.revoke': {
    method: 'POST',
    path: '/api/tokens/:id/revoke',
    permission: 'runs.control',
    scope: 'runs:write',
    body: revokeTokenBody,
    status: 200,
    response: toolToken,
  },
  'tokens.introspect': {
    method: 'POST',
    path: '/api/tokens/introspect',
    permission: null,
    scope: 'tokens:introspect',
    dataPlane: true,
    body: introspectBody,
    status: 200,
    response: introspection,
  },

  'audit.list': {
    method: 'GET',
    path: '/api/audit',
    permission: 'audit.read',
    scope: 'audit:read',
    query: listAuditQuery,
    status: 200,
    response: pageOf(auditRow),
  },
  'audit.verify': {
    method: 'GET',
    path: '/api/audit/verify',
    permission: 'audit.read',
    scope: 'audit:read',
    query: empty,
    status: 200,
    response: auditVerification,
  },
  'audit.export': {
    method: 'GET',
    path: '/api/audit/export',
    permission: 'audit.export',
    scope: 'audit:read',
    query: exportAuditQuery,
    status: 200,
    response: null,
  },

  'operators.list': {
    method: 'GET',
    path: '/api/operators',
    permission: 'settings.manage',
    scope: null,
    query: pageQuery,
    status: 200,
    response: pageOf(operator),
  },
  'operators.create': {
    method: 'POST',
    path: '/api/operators',
    permission: 'settings.manage',
    scope: null,
    body: createOperatorBody,
    status: 201,
    response: operator,
  },
  'operators.update': {
    method: 'PATCH',
    path: '/api/operators/:id',
    permission: 'settings.manage',
    scope: null,
    body: updateOperatorBody,
    status: 200,
    response: operator,
  },
  'operators.signOut': {
    method: 'POST',
    path: '/api/operators/:id/sign-out',
    permission: 'settings.manage',
    scope: null,
    status: 200,
    response: ok,
  },

  'serviceKeys.list': {
    method: 'GET',
    path: '/api/service-keys',
    permission: 'settings.manage',
    scope: null,
    query: pageQuery,
    status: 200,
    response: pageOf(serviceKey),
  },
  'serviceKeys.create': {
    method: 'POST',
    path: '/api/service-keys',
    permission: 'settings.manage',
    scope: null,
    body: createServiceKeyBody,
    status: 201,
    response: createdServiceKey,
  },
  'serviceKeys.revoke': {
    method: 'DELETE',
    path: '/api/service-keys/:id',
    permission: 'settings.manage',
    scope: null,
    status: 200,
    response: ok,
  },

  'openapi.get': {
    method: 'GET',
    path: '/api/openapi.json',
    permission: null,
    scope: null,
    open: true,
    status: 200,
    response: null,
  },
} as const satisfies Record<string, RouteSpec>;

export type RouteId = keyof typeof routes;
type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
export type RouteQuery<I extends RouteId> = (typeof routes)[I] extends { query: infer Q } ? Out<Q> : undefined;
export type RouteBody<I extends RouteId> = (typeof routes)[I] extends { body: infer B } ? Out<B> : undefined;
export type RouteResponse<I extends RouteId> = Out<(typeof routes)[I]['response']>;
