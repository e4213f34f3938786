/** Chats that instances received something from a moment ago: a gateway may answer sooner than the database knows of them. */
export interface SeenChat {
  platform: string;
  chatId: string;
  scopeId: string | null;
}

export interface SeenChats {
  note(instanceId: string, chat: SeenChat): void;
  of(instanceId: string, chatId: string): SeenChat[];
  forget(instanceId: string): void;
}

/** The database knows of older ones. */
const keptPerInstance = 1_000;

export function createSeenChats(): SeenChats {
  const byInstance = new Map<string, Map<string, SeenChat>>();
  return {
    note(instanceId, chat) {
      const chats = byInstance.get(instanceId) ?? new Map<string, SeenChat>();
      byInstance.set(instanceId, chats);
      const key = JSON.stringify([chat.platform, chat.chatId]);
      chats.delete(key);
      chats.set(key, chat);
      const [oldest] = chats.keys();
      if (chats.size > keptPerInstance && oldest !== undefined) chats.delete(oldest);
    },
    of: (instanceId, chatId) =>
      [...(byInstance.get(instanceId)?.values() ?? [])].filter((one) => one.chatId === chatId),
    forget: (instanceId) => void byInstance.delete(instanceId),
  };
}
