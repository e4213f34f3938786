/** What a gateway may do on a platform, adopted from the connector's descriptor. A new dial learns it anew. */
import type { z } from 'zod';
import type { RelayUpstream } from '@/lib/contracts/relay-upstreams';
import type { OpName } from '../protocol/actions';
import type { offeredDescriptor } from '../protocol/descriptor';
import type { LengthUnit } from './split';

export interface Negotiated {
  readonly platform: string;
  readonly label: string;
  /** In `unit`. */
  readonly maxLength: number;
  readonly unit: LengthUnit;
  /** Whether text may be cut inside a code block, which is then closed and opened again. */
  readonly hasCodeBlocks: boolean;
  readonly ops: readonly OpName[];
}

const plainestLength = 4_096;

export function adopt(offered: z.infer<typeof offeredDescriptor>): Negotiated {
  const { platform, label, max_message_length: length, len_unit: unit, markdown_dialect: dialect } = offered;
  // Where it names no ops, those every connector has.
  const named = offered.supported_ops ?? ['send', 'typing', ...(offered.supports_edit ? (['edit'] as const) : [])];
  return {
    ...{ platform, label, unit, ops: named },
    maxLength: length > 0 ? length : plainestLength,
    hasCodeBlocks: dialect !== '' && dialect !== 'plain',
  };
}

export function toShown(negotiated: readonly Negotiated[]): RelayUpstream['descriptors'] {
  return negotiated.map(({ platform, label, maxLength: maxMessageLength, unit: lenUnit, ops }) => ({
    ...{ platform, label, maxMessageLength, lenUnit, ops: [...ops] },
  }));
}
