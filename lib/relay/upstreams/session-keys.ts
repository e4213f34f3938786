/** Sessions by name: the connector's own, and with what it leaves out, or leaves to be read in two ways. */
import type { InboundSource } from '../protocol/inbound';
import { sessionKeyOf } from '../protocol/session-key';

/** Two servers that number their chats alike are two sessions, whoever talks there. */
export function localKeyOf(source: InboundSource): string {
  const { scope_id: scope = null, chat_id: chat, thread_id: thread } = source;
  return JSON.stringify([sessionKeyOf(source), scope, chat, thread]);
}
