/**
 * Chats that instances received something from, which is where they may send. A gateway may answer sooner than the database
 * knows of a chat, and must not answer from the moment an operator ended its run there: both are known here first.
 */
import type { Database } from '@/lib/platform/database';

export interface SeenChat {
  platform: string;
  chatId: string;
  scopeId: string | null;
}

export interface OwnChat extends SeenChat {
  /** Its run was ended, and its author has not written since. */
  isCut: boolean;
}

export interface SeenChats {
  /** @returns whether the database may not know that yet. */
  note(instanceId: string, chat: SeenChat): boolean;
  /** It is written. */
  stored(instanceId: string, chat: SeenChat): void;
  cut(instanceId: string, chat: SeenChat): void;
  /** Whether it was cut a moment ago: asked when what was judged before is done. */
  isCut(instanceId: string, platform: string, chatId: string): boolean;
  /** Its chats of this id, on each platform it has one: all of them, unless memory has the one of `platform`. */
  of(instanceId: string, chatId: string, platform?: string | null): Promise<OwnChat[]>;
  forget(instanceId: string): void;
  forgetPlatform(platform: string): void;
}

interface Remembered extends OwnChat {
  isStored: boolean;
}

/** The database knows of older ones. */
const keptPerInstance = 1_000;

export function createSeenChats({ db }: { db: Database }): SeenChats {
  const byInstance = new Map<string, Map<string, Remembered>>();
  const keyOf = ({ platform, chatId }: SeenChat) => `${platform}\0${chatId}`;

  function remember(instanceId: string, chat: Remembered): void {
    const chats = byInstance.get(instanceId) ?? new Map<string, Remembered>();
    byInstance.set(instanceId, chats);
    const key = keyOf(chat);
    chats.delete(key);
    chats.set(key, chat);
    const [oldest] = chats.keys();
    if (chats.size > keptPerInstance && oldest !== undefined) chats.delete(oldest);
  }

  return {
    note(instanceId, chat) {
      const known = byInstance.get(instanceId)?.get(keyOf(chat));
      if (known?.isStored && !known.isCut && known.scopeId === chat.scopeId) return false;
      remember(instanceId, { ...chat, isCut: false, isStored: false });
      return true;
    },
    stored(instanceId, chat) {
      const known = byInstance.get(instanceId)?.get(keyOf(chat));
      if (known && !known.isCut && known.scopeId === chat.scopeId) known.isStored = true;
    },
    isCut: (instanceId, platform, chatId) =>
      byInstance.get(instanceId)?.get(keyOf({ platform, chatId, scopeId: null }))?.isCut === true,
    cut: (instanceId, chat) => remember(instanceId, { ...chat, isCut: true, isStored: false }),

    async of(instanceId, chatId, platform) {
      const sure = platform && byInstance.get(instanceId)?.get(keyOf({ platform, chatId, scopeId: null }));
      if (sure) return [sure];
      const rows = await db.relayChat.findMany({ where: { instanceId, chatId } });
      // What came meanwhile is known here first.
      const known = [...(byInstance.get(instanceId)?.values() ?? [])].filter((one) => one.chatId === chatId);
      const isNew = (name: string) => known.every((one) => one.platform !== name);
      const older = rows.filter((row) => isNew(row.platform));
      return [
        ...known,
        ...older.map((row) => ({ platform: row.platform, chatId, scopeId: row.scopeId, isCut: row.cutAt !== null })),
      ];
    },
    forget: (instanceId) => void byInstance.delete(instanceId),
    forgetPlatform(platform) {
      for (const chats of byInstance.values())
        for (const [key, chat] of chats) if (chat.platform === platform) chats.delete(key);
    },
  };
}
