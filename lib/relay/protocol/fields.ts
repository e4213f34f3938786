/** Fields that frames share. Platforms number their chats and messages, and clients send such ids as they have them. */
import { z } from 'zod';

export const externalId = z.union([z.string().min(1).max(512), z.number().int().transform(String)]);
/** Present or not, null or not: all the same to who reads it. */
export const optionalId = externalId.nullish();
export const platformName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1–64 lower-case letters, digits, - or _');
export const botId = z.union([z.string().max(256), z.number().int().transform(String)]);
