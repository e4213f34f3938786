/**
 * Frames of `/api/pty`. Binary from the server is terminal output, binary from the client is input; text is one of these.
 * `control` extends the contract: one viewer at a time types and resizes, and anybody allowed to may take over.
 */
import { z } from 'zod';

export const terminalCols = z.number().int().min(1).max(1000);
export const terminalRows = z.number().int().min(1).max(1000);

export const ptyClientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('resize'), cols: terminalCols, rows: terminalRows }),
  z.strictObject({ type: z.literal('ack'), bytes: z.number().int().min(1) }),
  z.strictObject({ type: z.literal('ping') }),
  z.strictObject({ type: z.literal('control'), take: z.boolean() }),
]);
export type PtyClientFrame = z.infer<typeof ptyClientFrame>;

export const ptyServerFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('attached'),
    runId: z.string(),
    cols: z.number().int(),
    rows: z.number().int(),
    readOnly: z.boolean(),
    replayBytes: z.number().int(),
  }),
  /** Who watches and whether this socket is the one in control; sent on attach and at each change. */
  z.object({
    type: z.literal('viewers'),
    watching: z.array(z.string()),
    controller: z.string().nullable(),
    inControl: z.boolean(),
  }),
  z.object({ type: z.literal('resized'), cols: z.number().int(), rows: z.number().int() }),
  z.object({ type: z.literal('exit'), code: z.number().int().nullable(), signal: z.string().nullable() }),
  z.object({ type: z.literal('revoked'), reason: z.string() }),
  z.object({ type: z.literal('pong') }),
]);
export type PtyServerFrame = z.infer<typeof ptyServerFrame>;

/** The whole-message escape some terminals send in place of a resize frame. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is how the escape starts.
export const resizeEscape = /^\u001b\[RESIZE:(\d{1,4});(\d{1,4})\]$/;
