/** What an admin gave for a platform: what of it may be shown, and the rest sealed for this platform alone. */
import type { RelayPlatform, RelayPlatformSettings } from '@/lib/contracts/relay-platforms';
import { AppError } from '@/lib/platform/errors';
import type { Sealer } from '@/lib/platform/sealing';
import { requireUsableAddress } from '@/lib/webhooks/address';
import { newWebhookSecret } from '@/lib/webhooks/signing';
import { isSafeRoot, unsafeRoot } from './chat-platform';

export interface GivenPlatform {
  settings: RelayPlatformSettings;
  /** What a webhook is signed with, both ways; null for the other kinds. */
  signingSecret: string | null;
}

/** @throws AppError ADDRESS_REFUSED, BAD_REQUEST. */
export function givenPlatform(settings: RelayPlatformSettings): GivenPlatform {
  if (settings.kind !== 'webhook') {
    if (settings.apiRoot !== undefined && !isSafeRoot(settings.apiRoot))
      throw new AppError('ADDRESS_REFUSED', { message: unsafeRoot });
    return { settings, signingSecret: null };
  }
  requireUsableAddress(settings.outboundUrl, settings);
  return { settings, signingSecret: newWebhookSecret() };
}

/** Addresses without path and query, which may hold a secret. */
export function shownSettings(settings: RelayPlatformSettings): RelayPlatform['settings'] {
  const originOf = (url: string | undefined) => (url === undefined ? null : new URL(url).origin);
  switch (settings.kind) {
    case 'webhook':
      return { outboundUrl: originOf(settings.outboundUrl), allowPrivateHost: settings.allowPrivateHost };
    case 'telegram':
      return { apiRoot: originOf(settings.apiRoot) };
    case 'discord':
      return { publicKey: settings.publicKey ?? null, apiRoot: originOf(settings.apiRoot) };
    default:
      return settings satisfies never;
  }
}

const contextOf = (id: string) => `relay-platform:${id}`;

export function sealPlatform(sealer: Sealer, id: string, given: GivenPlatform): string {
  return sealer.seal(JSON.stringify(given), contextOf(id));
}

/** Undefined for what was sealed under another master key, for another platform, or altered. */
export function openPlatformSecrets(sealer: Sealer, id: string, sealed: string): GivenPlatform | undefined {
  const text = sealer.open(sealed, contextOf(id));
  return text === undefined ? undefined : (JSON.parse(text) as GivenPlatform);
}
