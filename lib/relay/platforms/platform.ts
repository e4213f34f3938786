/** A chat platform as the relay knows it: what a gateway is told of it, and what it can be asked to do there. */
import type { InstanceRow } from '../instances';
import type { OutboundAction, OutboundResult } from '../protocol/actions';
import type { Descriptor } from '../protocol/descriptor';

export interface RelayPlatform {
  readonly name: string;
  readonly descriptor: Descriptor;
  /** Only what its descriptor's `supported_ops` names, to a target the egress guard let through, after the decision is on the record. */
  perform(instance: InstanceRow, action: OutboundAction): Promise<OutboundResult>;
}

/** For a platform that a gateway fronts and this server has no way to: the least every platform can do, and no op. */
export function plainDescriptor(platform: string): Descriptor {
  return {
    contract_version: 1,
    platform,
    label: platform,
    max_message_length: 4_096,
    supports_draft_streaming: false,
    supports_edit: false,
    supports_threads: false,
    markdown_dialect: 'plain',
    len_unit: 'chars',
    supported_ops: [],
  };
}
