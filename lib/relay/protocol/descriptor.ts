/** What a connector tells a gateway of a platform it fronts: the answer to each hello. */
import { z } from 'zod';
import { opNames } from './actions';
import { platformName } from './fields';

export const contractVersion = 1;

export const descriptor = z.object({
  contract_version: z.literal(contractVersion),
  platform: platformName,
  label: z.string(),
  /** In `len_unit`. */
  max_message_length: z.number().int(),
  supports_draft_streaming: z.boolean(),
  supports_edit: z.boolean(),
  supports_threads: z.boolean(),
  /** `plain`, `markdown_v2`, `discord`, …: empty and `plain` have no code blocks. */
  markdown_dialect: z.string(),
  /** Code points, or the code units of UTF-16. */
  len_unit: z.enum(['chars', 'utf16']),
  emoji: z.string().optional(),
  platform_hint: z.string().optional(),
  pii_safe: z.boolean().optional(),
  supports_context: z.boolean().optional(),
  /** Any other op is answered with `unsupported op`. */
  supported_ops: z.array(z.enum(opNames)).optional(),
});
export type Descriptor = z.infer<typeof descriptor>;

/**
 * The same as a gateway takes it: what it cannot read is the least that a platform can do, and an op it does not know is one it
 * does not ask for. So a connector that is newer, or sloppy, is still understood.
 */
export const offeredDescriptor = z.object({
  contract_version: z.literal(contractVersion),
  platform: platformName,
  label: z.string().catch(''),
  max_message_length: z.number().int().catch(0),
  supports_draft_streaming: z.boolean().catch(false),
  supports_edit: z.boolean().catch(false),
  supports_threads: z.boolean().catch(false),
  markdown_dialect: z.string().catch(''),
  len_unit: z.enum(['chars', 'utf16']).catch('utf16'),
  supported_ops: z
    .array(z.unknown())
    .transform((offered) => opNames.filter((op) => offered.includes(op)))
    .optional()
    .catch([]),
});
