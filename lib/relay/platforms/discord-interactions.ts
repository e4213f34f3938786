/**
 * Interactions: commands and buttons, which Discord posts to an address that can check them, or sends over the bot's socket. Its
 * credential is cut out of the body before anybody else sees it, and held for a follow-up. It promises that an interaction was
 * signed by Discord over its very bytes within the last minutes, and has its effect once.
 */
import { isUtf8 } from 'node:buffer';
import { createPublicKey, verify } from 'node:crypto';
import type { Clock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { parseJson } from '@/lib/platform/json';
import { limits } from '@/lib/platform/limits';
import { type DiscordInteraction, discordInteraction, interactionKinds } from './discord-events';
import { discordActor, discordAnswer } from './discord-inbound';
import { cutTopLevelToken } from './interaction-token';
import { isPromptButton, type OpenPrompts } from './open-prompts';
import type { ConnectedPlatform, PlatformEdge } from './platform';
import { signatureRefused } from './refusal';

type Request = Parameters<NonNullable<ConnectedPlatform['receive']>>[0];

export interface DiscordInteractions {
  /** What to answer. @throws AppError BAD_REQUEST, and as `PlatformEdge.passthrough`. */
  take(body: Buffer): Promise<object>;
}

/** As Discord numbers answers: taken, more follows; the same for a button; the message without its buttons. */
const pong = { type: 1 };
const deferred = { type: 5 };
const deferredUpdate = { type: 6 };
const answeredPrompt = { type: 7, data: { components: [] } };
const noChoices = { type: 8, data: { choices: [] } };

export function createDiscordInteractions(deps: {
  name: string;
  edge: PlatformEdge;
  clock: Clock;
  prompts: OpenPrompts;
  /** Resolves when Discord waits no longer. */
  deadline: () => Promise<unknown>;
  onApplication: (id: string) => void;
}): DiscordInteractions {
  const { name, edge, clock, prompts, deadline, onApplication } = deps;
  /** Those of the last minutes by id, so that one that comes again is answered as it was. */
  const answers = new Map<string, { answer: Promise<object>; untilMs: number }>();

  async function pass(interaction: DiscordInteraction, body: Buffer): Promise<object> {
    const actor = discordActor(interaction, name);
    if (!actor) return deferred;
    const { body: cut } = cutTopLevelToken(body);
    await edge.passthrough(actor.author, {
      source: actor.source,
      forward: { platform: name, bodyB64: cut.toString('base64') },
      capability: {
        ...{ kind: 'interaction', credential: interaction.token },
        untilMs: clock.now() + limits.relayCapabilityMs,
      },
    });
    return deferred;
  }

  async function press(interaction: DiscordInteraction, button: string): Promise<object> {
    const actor = discordActor(interaction, name);
    const choice = actor && prompts.take(button, actor.source.chat_id);
    if (!choice) return deferredUpdate;
    let isTaken = false;
    try {
      const event = discordAnswer(interaction, actor.source, choice);
      isTaken = await edge.answer(actor.author, event, choice.prompt.instanceId);
    } finally {
      if (!isTaken) choice.putBack();
    }
    return isTaken ? answeredPrompt : deferredUpdate;
  }

  async function work(interaction: DiscordInteraction, body: Buffer): Promise<object> {
    const button = interaction.type === interactionKinds.component ? interaction.data?.custom_id : undefined;
    const isPrompt = button !== undefined && isPromptButton(button);
    const working = isPrompt ? press(interaction, button) : pass(interaction, body);
    // Whatever becomes of it later, it was answered.
    working.catch(() => undefined);
    const late = isPrompt ? deferredUpdate : deferred;
    return Promise.race([working, deadline().then(() => late)]);
  }

  function remember(id: string, answer: Promise<object>): void {
    const nowMs = clock.now();
    for (const [one, { untilMs }] of answers) {
      if (untilMs > nowMs && answers.size < limits.discordInteractionsKnown) break;
      answers.delete(one);
    }
    // Longer than a signature is good for, in either direction.
    answers.set(id, { answer, untilMs: nowMs + 2 * limits.discordInteractionSkewMs });
  }

  return {
    async take(body) {
      const interaction = parseInteraction(body);
      if (interaction.type === interactionKinds.ping) return pong;
      // Nothing but choices may answer it, and none are known here.
      if (interaction.type === interactionKinds.autocomplete) return noChoices;
      const known = answers.get(interaction.id);
      if (known) return known.answer;
      onApplication(interaction.application_id);
      const answer = work(interaction, body);
      remember(interaction.id, answer);
      try {
        return await answer;
      } catch (error) {
        answers.delete(interaction.id);
        throw error;
      }
    },
  };
}

/** @throws AppError BAD_REQUEST. */
function parseInteraction(body: Buffer): DiscordInteraction {
  const parsed = discordInteraction.safeParse(isUtf8(body) ? parseJson(body.toString('utf8')) : undefined);
  if (parsed.success) return parsed.data;
  throw new AppError('BAD_REQUEST', { message: 'The body is no interaction.' });
}

/** What precedes the 32 bytes of an Ed25519 key in the form that Node reads (RFC 8410). */
const keyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** @throws AppError UNAUTHENTICATED for whatever Discord has not signed just now. */
export function requireSignedByDiscord(
  { headers, body }: Request,
  { publicKey, nowMs, sinceMs }: { publicKey: string; nowMs: number; sinceMs: number },
): void {
  const signature = headers['x-signature-ed25519'];
  const timestamp = headers['x-signature-timestamp'];
  const isWhole = typeof signature === 'string' && typeof timestamp === 'string' && /^[0-9a-f]{128}$/.test(signature);
  if (isWhole && /^[1-9]\d{0,11}$/.test(timestamp)) {
    const key = createPublicKey({
      key: Buffer.concat([keyPrefix, Buffer.from(publicKey, 'hex')]),
      ...{ format: 'der', type: 'spki' },
    });
    const signedMs = Number(timestamp) * 1_000;
    // What was signed before this began may have had its effect then.
    const isFresh = Math.abs(nowMs - signedMs) <= limits.discordInteractionSkewMs && signedMs >= sinceMs - 1_000;
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    if (verify(null, signed, key, Buffer.from(signature, 'hex')) && isFresh) return;
  }
  throw new AppError('UNAUTHENTICATED', { message: signatureRefused });
}
