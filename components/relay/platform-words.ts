import type { DotTone } from '@/components/ui/status-dot';
import type { RelayPlatform, RelayPlatformKind } from '@/lib/contracts/relay-platforms';

/** The twin of `relayPlatformKinds` in the contract, whose schemas stay out of the first load. */
export const platformKinds: readonly RelayPlatformKind[] = ['webhook', 'telegram', 'discord'];

export const platformKindNames: Record<RelayPlatform['kind'], string> = {
  console: 'Console',
  webhook: 'Webhook',
  telegram: 'Telegram',
  discord: 'Discord',
};
export const platformTones: Record<RelayPlatform['status'], DotTone> = {
  starting: 'wait',
  ready: 'live',
  failed: 'stop',
  disabled: 'hollow',
};

const settingNames: Record<string, string> = {
  outboundUrl: 'answers go to',
  allowPrivateHost: 'private host',
  publicKey: 'public key',
  apiRoot: 'its API is at',
};

/** A setting that is no secret, as a line of facts; nothing for one that says nothing. */
export function settingFacts(settings: RelayPlatform['settings']): { term: string; value: string }[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (name === 'kind' || value === null || value === false) return [];
    return [{ term: settingNames[name] ?? name, value: value === true ? 'allowed' : value }];
  });
}

/** A message signed and posted from a shell, to see that the way in works. */
export function postExample(inboundUrl: string, signingSecret: string): string {
  const key = signingSecret.replace('whsec_', '');
  return [
    `body='{"message_id":"1","text":"Hello","chat":{"id":"c1","type":"dm"},"user":{"id":"dana","name":"Dana"}}'`,
    'id="msg_$RANDOM$RANDOM"; at=$(date +%s)',
    `key=$(printf %s '${key}' | base64 -d | od -An -v -tx1 | tr -d ' \\n')`,
    'signature=$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)',
    `curl -sS '${inboundUrl}' -H 'content-type: application/json' \\`,
    '  -H "webhook-id: $id" -H "webhook-timestamp: $at" -H "webhook-signature: v1,$signature" -d "$body"',
  ].join('\n');
}
