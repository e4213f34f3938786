/** What Discord tells a bot: as much of its objects as is read here. Ids are its snowflakes, as text. */
import { z } from 'zod';

export const snowflake = z.string().regex(/^[1-9]\d{0,19}$/);

const user = z.object({
  id: snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
export type DiscordUser = z.infer<typeof user>;

const member = z.object({ nick: z.string().nullish() });

export const discordChannel = z.object({
  id: snowflake,
  type: z.number().int(),
  guild_id: snowflake.nullish(),
  name: z.string().nullish(),
  topic: z.string().nullish(),
  parent_id: snowflake.nullish(),
});
export type DiscordChannel = z.infer<typeof discordChannel>;

/** Of a message somebody wrote: the other kinds are Discord's own. */
export const writtenKinds: ReadonlySet<number> = new Set([0, 19]);

export const discordMessage = z.object({
  id: snowflake,
  type: z.number().int(),
  channel_id: snowflake,
  guild_id: snowflake.optional(),
  author: user,
  member: member.nullish(),
  /** Then its author is whatever somebody typed, and the id is not a user's. */
  webhook_id: z.string().optional(),
  content: z.string(),
  attachments: z
    .array(
      z.object({
        filename: z.string(),
        content_type: z.string().nullish(),
        size: z.number(),
        url: z.url({ protocol: /^https?$/ }),
      }),
    )
    .default([]),
  referenced_message: z.object({ id: snowflake, content: z.string() }).nullish(),
});
export type DiscordMessage = z.infer<typeof discordMessage>;

export const interactionKinds = { ping: 1, component: 3, autocomplete: 4 } as const;

export const discordInteraction = z.object({
  id: snowflake,
  type: z.number().int(),
  application_id: snowflake,
  token: z.string().min(1),
  guild_id: snowflake.nullish(),
  channel_id: snowflake.nullish(),
  channel: discordChannel.nullish(),
  member: member.extend({ user }).nullish(),
  user: user.nullish(),
  data: z.object({ custom_id: z.string().optional() }).nullish(),
  message: z.object({ id: snowflake }).nullish(),
});
export type DiscordInteraction = z.infer<typeof discordInteraction>;
