import { z } from 'zod';
import { isoTime, label } from './common';
import { roles, scopes } from './roles';

export const email = z.string().trim().toLowerCase().pipe(z.email().max(254));
/** Length is what protects a password; no composition rules (NIST SP 800-63B §5.1.1.2). */
export const password = z.string().min(12, 'must have at least 12 characters').max(256);

export const operator = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  disabled: z.boolean(),
  createdAt: isoTime,
  lastSignInAt: isoTime.nullable(),
});
export type Operator = z.infer<typeof operator>;

export const createOperatorBody = z.strictObject({ email, name: label(100), role: z.enum(roles), password });
export type CreateOperatorBody = z.infer<typeof createOperatorBody>;
export const updateOperatorBody = z
  .strictObject({ role: z.enum(roles).optional(), disabled: z.boolean().optional(), password: password.optional() })
  .refine((body) => Object.keys(body).length > 0, 'must change something: role, disabled or password');
export type UpdateOperatorBody = z.infer<typeof updateOperatorBody>;

export const changePasswordBody = z.strictObject({ currentPassword: z.string().min(1).max(1_024), password });
export type ChangePasswordBody = z.infer<typeof changePasswordBody>;

export const setupBody = z.strictObject({ token: z.string().max(200), email, name: label(100), password });
export type SetupBody = z.infer<typeof setupBody>;

export const operatorSession = z.object({
  id: z.string(),
  operatorId: z.string(),
  operatorEmail: z.string(),
  address: z.string(),
  userAgent: z.string(),
  createdAt: isoTime,
  lastSeenAt: isoTime,
  current: z.boolean(),
});
export type OperatorSession = z.infer<typeof operatorSession>;

export const serviceKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  createdBy: z.string(),
  createdAt: isoTime,
  expiresAt: isoTime.nullable(),
  lastUsedAt: isoTime.nullable(),
});
export type ServiceKey = z.infer<typeof serviceKey>;
export const createServiceKeyBody = z.strictObject({
  name: label(100),
  scopes: z.array(z.enum(scopes)).min(1),
  /** Whole seconds, one minute to ten years. Absent: until revoked. */
  expiresInSeconds: z.number().int().min(60).max(315_360_000).optional(),
});
export type CreateServiceKeyBody = z.infer<typeof createServiceKeyBody>;
export const createdServiceKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  expiresAt: isoTime.nullable(),
  key: z.string(),
});

export const me = z.object({
  operator: operator,
  sessionId: z.string(),
});
export type Me = z.infer<typeof me>;

export const ticketEndpoints = ['events', 'pty', 'ws'] as const;
export type TicketEndpoint = (typeof ticketEndpoints)[number];
export const ticketBody = z.strictObject({
  endpoint: z.enum(ticketEndpoints),
  runId: z.string().max(64).optional(),
});
export const ticketResult = z.object({ ticket: z.string(), ttl_seconds: z.number().int() });
