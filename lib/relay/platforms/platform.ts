/** A chat platform as the relay knows it: what a gateway is told of it, and what it can be asked to do there. */

import type { Readable } from 'node:stream';
import type { RelayMediaEntry } from '@/lib/contracts/relay';
import type { Clock } from '@/lib/platform/clock';
import type { Log } from '@/lib/platform/log';
import type { InstanceRow } from '../instances';
import type { IntakeResult } from '../intake';
import type { StoredMedia } from '../media';
import type { OutboundAction, OutboundResult } from '../protocol/actions';
import type { Descriptor } from '../protocol/descriptor';
import type { PassthroughForward } from '../protocol/frames';
import type { InboundEvent, InboundSource } from '../protocol/inbound';

/** The platforms by name, as they are at this moment. One serves the tenant it was set up for; the console serves all. */
export interface PlatformDirectory {
  get(name: string, tenant: string): RelayPlatform | undefined;
}

export interface RelayPlatform {
  readonly name: string;
  readonly descriptor: Descriptor;
  /** Only what its descriptor's `supported_ops` names, to a target the egress guard let through, after the decision is on the record. */
  perform(instance: InstanceRow, action: DirectAction): Promise<OutboundResult>;
  /** Sends with a credential that the vault kept for this: see `PlatformEdge.received`. Asked where `follow_up` is among its ops. */
  followUp?(capability: HeldCapability, content: string): Promise<OutboundResult>;
}

/** What names a chat; a follow-up names a capability instead, and is resolved before a platform sees it. */
export type DirectAction = Exclude<OutboundAction, { op: 'follow_up' }>;

export interface HeldCapability {
  /** As the platform names it: `interaction`, … */
  kind: string;
  /** The platform's own credential. It is kept in memory, and goes to nobody but the platform that gave it. */
  credential: string;
  source: InboundSource;
}

/** Who a platform observed, whatever a message says of its author. */
export interface ObservedAuthor {
  userId: string;
  userName: string | null;
}

/** The way in for a platform that this server talks to. Its name and its tenant are those it was set up with. */
export interface PlatformEdge {
  /** @throws AppError RATE_LIMITED for link codes, RELAY_BUFFER_FULL, RELAY_INSTANCE_DISABLED, AUDIT_UNAVAILABLE. */
  message(author: ObservedAuthor, event: InboundEvent): Promise<IntakeResult>;
  /**
   * The answer to a prompt of this instance: false, and delivered to nobody, where its author is not bound to it. Another's
   * gateway would take it for an answer to a prompt of its own. @throws AppError as `message`.
   */
  answer(author: ObservedAuthor, event: InboundEvent, instanceId: string): Promise<boolean>;
  /**
   * A request of the platform for its author's instance, byte for byte but for credentials, which the caller took out. What it
   * took out may be held for the session of `source` until `untilMs`: the gateway then names session and kind, and no credential.
   */
  passthrough(
    author: ObservedAuthor,
    request: {
      source: InboundSource;
      forward: PassthroughForward;
      capability?: { kind: string; credential: string; untilMs: number };
    },
  ): Promise<IntakeResult>;
  /** A file of this author's, for the media of their message. Null where they are linked to nobody. @throws AppError BODY_TOO_LARGE, CAPACITY, AUDIT_UNAVAILABLE. */
  keepMedia(
    author: ObservedAuthor,
    file: { name: string; mime: string; bytes: Readable },
  ): Promise<RelayMediaEntry | null>;
  /** The file that an action of this instance names; null for one that is over, or not its own. */
  mediaOf(instanceId: string, url: string): Promise<StoredMedia | null>;
}

/** A platform that is connected: started when it is set up, and at each start of the server. */
export interface ConnectedPlatform extends RelayPlatform {
  readonly state: { status: 'starting' | 'ready' } | { status: 'failed'; error: string };
  /** The bot's own name, once the platform told it. */
  readonly account: string | null;
  /** For one that sends by HTTP: judges the signature, then answers. The body is as it came. @throws AppError */
  receive?(request: { headers: Readonly<Record<string, string | string[] | undefined>>; body: Buffer }): Promise<{
    status: number;
    body: object;
  }>;
  close(): Promise<void>;
}

/** What a platform of one kind is started with. */
export interface PlatformStart<Settings> {
  /** As gateways name it: the `platform` of its sources and of its descriptor. */
  name: string;
  label: string;
  settings: Settings;
  edge: PlatformEdge;
  clock: Clock;
  log: Log;
  /** `state` or `account` changed. One that is `failed` is closed and started again after a while, unless it is ready before. */
  onChanged: () => void;
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
