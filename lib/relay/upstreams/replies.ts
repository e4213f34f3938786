/**
 * What a run says in its session's chat. It goes where its messages came from and nowhere else; the scope and the author that
 * came with them go along, so that the connector finds whose chat it is. What the connector declines is an error to the agent.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { RpcParams } from '@/lib/contracts/rpc';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { OutboundAction, OutboundResult } from '../protocol/actions';
import type { UpstreamLink } from './link';
import type { Negotiated } from './negotiated';
import { unanswered, unreachable } from './pending';
import type { Session } from './session';
import { splitText } from './split';

export type ReplyMethod = 'message.send' | 'message.edit' | 'message.typing' | 'message.followUp';
export type Reply = { [M in ReplyMethod]: { method: M; params: RpcParams<M> } }[ReplyMethod];

export interface SaidReply {
  /** Of the first message; null where the platform gives none. */
  messageId: string | null;
  /** Of all that a long text became. */
  messageIds: string[];
}

export interface Replies {
  /** @throws AppError FORBIDDEN, BAD_REQUEST, RELAY_DECLINED, RELAY_UNREACHABLE, AUDIT_UNAVAILABLE. */
  say(runId: string, reply: Reply): Promise<SaidReply>;
}

const local = new Set([unanswered.code, unreachable.code]);

export function createReplies(deps: {
  audit: AuditLog;
  sessionOf: (runId: string) => Session | undefined;
  linkOf: (upstreamId: string) => UpstreamLink | null;
  /** Something was said in a session. */
  onSaid: (session: Session) => void;
}): Replies {
  const { audit, sessionOf, linkOf, onSaid } = deps;

  return {
    async say(runId, reply) {
      const session = sessionOf(runId);
      if (!session) throw new AppError('FORBIDDEN', { message: 'This run serves no chat of an upstream.' });
      const { platform, chatId } = session.target;
      if ('chatId' in reply.params && reply.params.chatId !== chatId)
        throw new AppError('FORBIDDEN', { message: 'chatId: a run talks in the chat of its own session alone.' });
      const negotiated = linkOf(session.upstream.id)?.negotiated.get(platform);
      if (!negotiated) throw new AppError('RELAY_UNREACHABLE');
      const actions = actionsOf(reply, session, negotiated);
      const op = actions[0]?.op;
      if (op === undefined || !negotiated.ops.includes(op))
        throw new AppError('RELAY_DECLINED', { message: 'unsupported op', details: { code: 'unsupported_op' } });
      // Typing is said every few seconds and leaves nothing behind.
      if (op !== 'typing')
        await audit.append({
          ...{ actor: `run:${runId}`, action: 'relay.reply', target: session.upstream.id },
          data: { op, platform, chatId, messages: actions.length },
        });
      onSaid(session);
      const messageIds: string[] = [];
      for (const action of actions) {
        // Each by itself: what a socket that went away took with it is not said over the next one.
        const result = (await linkOf(session.upstream.id)?.ask(platform, action)) ?? unreachable;
        if (!result.success) throw failureOf(result, messageIds);
        if (typeof result.message_id === 'string') messageIds.push(result.message_id);
      }
      return { messageId: messageIds[0] ?? null, messageIds };
    },
  };
}

function actionsOf({ method, params }: Reply, { target, wireKey }: Session, negotiated: Negotiated): OutboundAction[] {
  const metadata = { ...remembered(target), ...('metadata' in params ? params.metadata : {}) };
  const to = { chat_id: target.chatId, metadata };
  switch (method) {
    case 'message.send':
      return partsOf(params.content, negotiated).map((content, index) => ({
        ...{ op: 'send', ...to, content },
        ...(index === 0 && params.replyTo !== undefined && { reply_to: params.replyTo }),
      }));
    case 'message.edit':
      if (partsOf(params.content, negotiated).length > 1)
        throw new AppError('BAD_REQUEST', {
          message: 'content: is longer than one message, which is all an edit has.',
        });
      return [{ op: 'edit', ...to, message_id: params.messageId, content: params.content }];
    case 'message.typing':
      return [{ op: 'typing', ...to }];
    case 'message.followUp':
      return partsOf(params.content, negotiated).map((content) => ({
        ...{ op: 'follow_up', session_key: wireKey, kind: params.kind, content, metadata },
      }));
    default:
      return method satisfies never;
  }
}

function partsOf(content: string, rule: Negotiated): string[] {
  const parts = splitText(content, rule);
  if (parts.length > limits.upstreamParts)
    throw new AppError('BAD_REQUEST', {
      message: `content: is ${parts.length} messages long, of at most ${limits.upstreamParts}.`,
    });
  return parts;
}

function remembered({ scopeId, userId, threadId }: Session['target']) {
  return {
    ...(scopeId !== null && { scope_id: scopeId }),
    ...(userId !== null && { user_id: userId }),
    ...(threadId !== null && { thread_id: threadId }),
  };
}

function failureOf({ error, code }: OutboundResult, messageIds: string[]): AppError {
  const message = (error ?? 'The connector gave no reason.').slice(0, 1_000);
  const details = { code: code ?? 'declined', ...(messageIds.length > 0 && { messageIds }) };
  return new AppError(local.has(code) ? 'RELAY_UNREACHABLE' : 'RELAY_DECLINED', { message, details });
}
