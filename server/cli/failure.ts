import { exitCodes } from './exit-codes';

interface FailureOptions {
  exitCode?: number;
  /** The server's error code, or one of ours in the same style. */
  code?: string;
  details?: Record<string, unknown> | undefined;
  requestId?: string | undefined;
  status?: number;
}

/** Anything the person at the terminal is told in one line. Whatever else is thrown is a fault of ours. */
export class CliFailure extends Error {
  readonly exitCode: number;
  readonly code: string;
  readonly details: Record<string, unknown> | undefined;
  readonly requestId: string | undefined;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;

  constructor(message: string, { exitCode, code, details, requestId, status }: FailureOptions = {}) {
    super(message);
    this.name = 'CliFailure';
    this.exitCode = exitCode ?? exitCodes.failed;
    this.code = code ?? 'CLI_FAILED';
    this.details = details;
    this.requestId = requestId;
    this.status = status ?? 0;
  }
}
