/**
 * Every error code a caller can meet: HTTP status, the close code a socket gives for it, and the default text.
 * Errors are told apart by `code`, never by `instanceof`: this module exists once in the server and once in Next's bundle.
 */
import type { CloseName } from '@/lib/contracts/close-codes';

interface ErrorSpec {
  status: number;
  close: CloseName;
  message: string;
}

export const errorTable = {
  BAD_REQUEST: { status: 400, close: 'malformed', message: 'The request is malformed.' },
  BAD_CWD: { status: 400, close: 'malformed', message: 'The working directory cannot be used.' },
  COMMAND_NOT_FOUND: { status: 400, close: 'malformed', message: 'The command was not found or is not executable.' },
  TOKEN_IN_URL: {
    status: 400,
    close: 'malformed',
    message:
      'A token must not travel in a URL, where logs keep it. Send it as "Authorization: Bearer …" and replace the one you sent.',
  },
  UNAUTHENTICATED: {
    status: 401,
    close: 'unauthorized',
    message: 'Sign in, or send a service key as "Authorization: Bearer …".',
  },
  TOOL_TOKEN_MISSING: {
    status: 401,
    close: 'unauthorized',
    message: 'Send the tool token as "Authorization: Bearer …".',
  },
  TOOL_TOKEN_INVALID: { status: 401, close: 'unauthorized', message: 'The tool token is unknown or was revoked.' },
  TOOL_TOKEN_EXPIRED: { status: 401, close: 'unauthorized', message: 'The tool token has expired.' },
  FORBIDDEN: { status: 403, close: 'forbidden', message: 'Your role or key does not allow this.' },
  ORIGIN_REFUSED: { status: 403, close: 'forbidden', message: 'The request came from another site.' },
  TOOL_ENDPOINT_DENIED: { status: 403, close: 'forbidden', message: 'The tool token does not allow this endpoint.' },
  TOOL_OPERATION_DENIED: { status: 403, close: 'forbidden', message: 'The tool token does not allow this operation.' },
  LOCKED: { status: 403, close: 'forbidden', message: 'This is locked.' },
  IDENTITY_UNKNOWN: {
    status: 403,
    close: 'forbidden',
    message: 'No live tool-session record has this trace id, or it belongs to another run. Nothing was run.',
  },
  PRIVILEGE_REQUIRED: {
    status: 403,
    close: 'forbidden',
    message: 'The principal does not hold the privilege this needs.',
  },
  UNKNOWN_PRIVILEGE: { status: 400, close: 'malformed', message: 'A privilege is not one. Nothing was changed.' },
  ESCALATION_REFUSED: {
    status: 403,
    close: 'forbidden',
    message: 'Nobody grants what they do not hold, save an admin, and not to themselves what is dangerous.',
  },
  CONNECTOR_DISABLED: { status: 403, close: 'forbidden', message: 'The connector is disabled.' },
  CONNECTOR_SAFETY_DENIED: { status: 403, close: 'forbidden', message: 'This tool is disabled.' },
  APPROVAL_DENIED: { status: 403, close: 'forbidden', message: 'An operator denied this call.' },
  APPROVAL_EXPIRED: { status: 403, close: 'forbidden', message: 'Nobody decided in time, so the call was denied.' },
  CONNECTOR_NOT_GRANTED: {
    status: 403,
    close: 'forbidden',
    message: 'The connector is not granted to the plugin of this run.',
  },
  SETUP_TOKEN_INVALID: {
    status: 403,
    close: 'forbidden',
    message: 'The setup link is used up or wrong. The log of the server has the current one.',
  },
  INVALID_CAPABILITY: { status: 400, close: 'malformed', message: 'A capability is not one. Nothing was changed.' },
  NO_CAPABILITIES: { status: 400, close: 'malformed', message: 'capabilities: name at least one.' },
  INVALID_MANIFEST: {
    status: 400,
    close: 'malformed',
    message: 'The plugin cannot be installed. Nothing was changed.',
  },
  CONNECTOR_INPUT_SCHEMA_MISMATCH: {
    status: 400,
    close: 'malformed',
    message: "The input does not fit the tool's schema.",
  },
  ADDRESS_REFUSED: {
    status: 400,
    close: 'malformed',
    message: 'The address is private, loopback or link-local. An admin may allow this host by name.',
  },
  PATH_REFUSED: {
    status: 400,
    close: 'malformed',
    message: "The path leads out of the run's directory, or to what is not a file or a folder.",
  },
  INVALID_POLICY: { status: 400, close: 'malformed', message: 'The policy cannot be read. Nothing was issued.' },
  POLICY_TOO_LARGE: { status: 400, close: 'malformed', message: 'The policy is larger than the provider takes.' },
  PROVIDER_NOT_CONFIGURED: { status: 409, close: 'malformed', message: 'This server cannot ask that cloud yet.' },
  PROVIDER_REFUSED: { status: 502, close: 'fault', message: 'The cloud refused to issue credentials.' },
  SESSION_EXPIRED: { status: 403, close: 'forbidden', message: 'The credential session has ended.' },
  SESSION_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such credential session.' },
  PROFILE_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such profile.' },
  LEAK_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such alert.' },
  RELAY_INSTANCE_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such relay instance.' },
  RELAY_INSTANCE_DISABLED: {
    status: 409,
    close: 'unauthorized',
    message: 'The instance is disabled. Provision it again to let its gateway dial in.',
  },
  RELAY_INSTANCE_EXISTS: {
    status: 409,
    close: 'malformed',
    message: 'There is an instance of this gateway already. Rotate its secret, or deprovision it first.',
  },
  RELAY_PLATFORM_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such chat platform.' },
  RELAY_PLATFORM_EXISTS: {
    status: 409,
    close: 'malformed',
    message: 'There is a chat platform of this name already. Choose another name, or remove that one first.',
  },
  RELAY_PLATFORM_BUILT_IN: {
    status: 409,
    close: 'malformed',
    message: 'The console is built in: it cannot be changed or removed.',
  },
  RELAY_MEDIA_NOT_FOUND: {
    status: 404,
    close: 'notFound',
    message: 'No such file. What a message carries is kept for an hour.',
  },
  RELAY_BUFFER_FULL: {
    status: 503,
    close: 'full',
    message: 'The buffer of the instance is full, so the message was dropped. Wake its gateway, then send again.',
  },
  RELAY_DECLINED: { status: 502, close: 'fault', message: 'The connector declined it.' },
  RELAY_UNREACHABLE: {
    status: 503,
    close: 'fault',
    message: 'The connector cannot be reached, or did not answer: it may have been done all the same.',
  },
  RELAY_UPSTREAM_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such upstream.' },
  ENROLMENT_INVALID: { status: 401, close: 'unauthorized', message: 'The enrolment token is wrong.' },
  ENROLMENT_ENDED: {
    status: 403,
    close: 'forbidden',
    message: 'The enrolment token was used or has expired. An admin mints a new one on the Relay page.',
  },
  METADATA_HEADER_REQUIRED: {
    status: 403,
    close: 'forbidden',
    message: 'Credentials are given to a process of the run alone, with the header its cloud requires.',
  },
  BUDGET_EXCEEDED: { status: 402, close: 'forbidden', message: 'The budget of the run is spent.' },
  CAPABILITIES_REQUIRED: { status: 409, close: 'forbidden', message: 'The plugin lacks capabilities it requires.' },
  CATALOG_STALE: {
    status: 409,
    close: 'malformed',
    message:
      'The tools service and the console are of different versions: their tools differ. Nothing was run. Start both anew from the same version.',
  },
  DIGEST_CHANGED: {
    status: 409,
    close: 'malformed',
    message: 'The plugin is not the one you looked at any more: look again, then decide.',
  },
  ALREADY_DECIDED: { status: 409, close: 'malformed', message: 'Somebody decided this already.' },
  NOT_FOUND: { status: 404, close: 'notFound', message: 'There is nothing here.' },
  IDENTITY_NOT_FOUND: {
    status: 404,
    close: 'notFound',
    message: 'No run, record, call or grant has named this principal yet.',
  },
  RUN_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such run.' },
  RECORDING_NOT_FOUND: { status: 404, close: 'notFound', message: 'This run has no recording.' },
  PLUGIN_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such plugin.' },
  CONNECTOR_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such connector.' },
  CONNECTOR_TOOL_NOT_FOUND: { status: 404, close: 'notFound', message: 'The connector has no such tool.' },
  CALL_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such call.' },
  APPROVAL_NOT_FOUND: { status: 404, close: 'notFound', message: 'No such approval.' },
  DEAD_LETTER_NOT_FOUND: {
    status: 404,
    close: 'notFound',
    message: 'No such dead letter: it was replayed or discarded already.',
  },
  METHOD_NOT_ALLOWED: { status: 405, close: 'malformed', message: 'This path does not take that method.' },
  RUN_NOT_ACTIVE: { status: 403, close: 'notFound', message: 'The run has ended.' },
  RUN_KIND_MISMATCH: { status: 409, close: 'malformed', message: 'This kind of run cannot do that.' },
  ALREADY_EXISTS: { status: 409, close: 'malformed', message: 'That already exists.' },
  BUNDLED: {
    status: 409,
    close: 'malformed',
    message: 'This comes with Gatehouse: it cannot be changed or removed. It can be disabled.',
  },
  LAST_ADMIN: {
    status: 409,
    close: 'malformed',
    message: 'Somebody must stay admin. Make another operator admin first.',
  },
  SETUP_DONE: { status: 409, close: 'malformed', message: 'Set-up is done: sign in.' },
  BODY_TOO_LARGE: { status: 413, close: 'tooLarge', message: 'The body is over 1 MiB.' },
  CONNECTOR_RATE_LIMITED: { status: 429, close: 'tooFast', message: 'Too many calls of this connector: wait.' },
  RATE_LIMITED: { status: 429, close: 'tooFast', message: 'Too many requests: wait and try again.' },
  CALL_CANCELLED: { status: 409, close: 'malformed', message: 'The call was cancelled before it ended.' },
  CONNECTOR_OUTPUT_TOO_LARGE: { status: 502, close: 'fault', message: 'The connector answered with too much.' },
  CONNECTOR_EXECUTION_FAILED: { status: 502, close: 'fault', message: 'The connector failed.' },
  INTERNAL: {
    status: 500,
    close: 'fault',
    message: 'Something went wrong here. The log has the details under the request id.',
  },
  AUDIT_UNAVAILABLE: {
    status: 503,
    close: 'fault',
    message: 'The record cannot be written, so nothing was done. Free disk space or mend the database, then try again.',
  },
  REDIS_UNAVAILABLE: {
    status: 503,
    close: 'fault',
    message: 'Redis does not answer, so nothing was done. It is tried again until it does.',
  },
  RUN_START_FAILED: { status: 503, close: 'fault', message: 'The run could not be started.' },
  CAPACITY: { status: 503, close: 'full', message: 'The server is at its limit: try again later.' },
  SHUTTING_DOWN: { status: 503, close: 'restarting', message: 'The server is shutting down: try again in a moment.' },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorTable, text);
}

interface AppErrorOptions {
  /** For whoever called. Says what happened and what to do; the table's text when absent. */
  message?: string | undefined;
  details?: Record<string, unknown> | undefined;
  /** For the log alone. */
  cause?: unknown;
  retryAfterSeconds?: number | undefined;
  /** Where the contract gives one code two statuses: APPROVAL_EXPIRED is 403 to the agent and 410 to who decides too late. */
  status?: number;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly status: number;

  constructor(code: ErrorCode, { message, details, cause, retryAfterSeconds, status }: AppErrorOptions = {}) {
    super(message ?? errorTable[code].message, { cause });
    this.name = 'AppError';
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
    this.status = status ?? errorTable[code].status;
  }
}

/** A tool that was asked and did not do it, in words for whoever called it. */
export function executionFailed(message: string, cause?: unknown): AppError {
  return new AppError('CONNECTOR_EXECUTION_FAILED', { message, cause });
}

/** True for an `AppError` of either copy of this module; narrows to its code. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof Error &&
    error.name === 'AppError' &&
    'code' in error &&
    Object.hasOwn(errorTable, String(error.code))
  );
}

/** Any error as an `AppError`; what is unknown becomes `INTERNAL` with the original as its cause. */
export function toAppError(error: unknown): AppError {
  return isAppError(error) ? error : new AppError('INTERNAL', { cause: error });
}

/** The wire form of an error. An `INTERNAL` never carries details. */
export function errorBodyOf(error: AppError, requestId: string) {
  const details = error.code === 'INTERNAL' ? undefined : error.details;
  return { error: { code: error.code, message: error.message, ...(details ? { details } : {}), requestId } };
}
