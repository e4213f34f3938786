/**
 * Follow-ups: a gateway names a session of its own and a kind, and never a credential. What a platform gave is used here; the
 * tool token of the session's run is the one thing that is handed over, in the result and in no message.
 */
import type { InstanceRow } from './instances';
import type { PlatformDirectory } from './platforms/platform';
import type { OutboundAction, OutboundResult } from './protocol/actions';
import { unsupportedOp } from './protocol/actions';
import type { RelaySessions } from './sessions';
import type { Vault } from './vault';

/** Asks for a token of the session's run, with which the gateway calls tools through the gate. */
export const toolTokenKind = 'tool_token';

type FollowUpAction = Extract<OutboundAction, { op: 'follow_up' }>;

export type FollowUp =
  | { declined: string }
  | { platform: string; chatId: string | null; perform: () => Promise<OutboundResult> };

export interface FollowUps {
  of(instance: Pick<InstanceRow, 'id' | 'tenant'>, action: FollowUpAction): FollowUp;
}

export function createFollowUps(deps: {
  vault: Vault;
  sessions: Pick<RelaySessions, 'mintToken'>;
  platforms: PlatformDirectory;
  publicUrl: string;
}): FollowUps {
  const { vault, sessions, platforms, publicUrl } = deps;
  return {
    of({ id: instanceId, tenant }, { session_key: sessionKey, kind, content }) {
      if (kind === toolTokenKind) {
        const perform = async () => {
          const { runId, token, expiresAt } = await sessions.mintToken(instanceId, sessionKey);
          return { success: true, run_id: runId, token, expires_at: expiresAt, mcp_url: `${publicUrl}/mcp` };
        };
        return { platform: 'relay', chatId: null, perform };
      }
      const held = vault.find(instanceId, sessionKey, kind);
      if (!held) return { declined: 'No capability of this kind is held for the session.' };
      const { platform: name, chat_id: chatId } = held.source;
      const platform = platforms.get(name, tenant);
      return {
        ...{ platform: name, chatId },
        perform: async () => platform?.followUp?.(held, content) ?? unsupportedOp,
      };
    },
  };
}
