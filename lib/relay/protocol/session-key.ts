/**
 * The session a message belongs to, by the name the client in the field gives it, so that an interrupt and a capability name
 * the same session at both ends: `agent:main:<platform>:<chat type>:<chat>[:<thread>][:<author>]`. A direct chat is its own
 * session; elsewhere each author has one, except in a thread, which its authors share.
 */
import type { InboundSource } from './inbound';

export function sessionKeyOf(source: InboundSource): string {
  const { platform, chat_type: type, chat_id: chat, thread_id: thread, user_id: user, user_id_alt: alt } = source;
  const own = type === 'dm' || thread !== null ? null : (alt ?? user);
  return ['agent:main', platform, type, chat, thread, own].filter((part) => part !== null).join(':');
}
