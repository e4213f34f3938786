/** The fields of a platform as somebody types them, and the body they come to. Pure. */
import type { RelayPlatformKind } from '@/lib/contracts/relay-platforms';

export interface PlatformValues {
  kind: RelayPlatformKind;
  id: string;
  label: string;
  outboundUrl: string;
  allowPrivateHost: boolean;
  botToken: string;
  publicKey: string;
  apiRoot: string;
}

export const emptyPlatform: PlatformValues = {
  kind: 'webhook',
  id: '',
  label: '',
  outboundUrl: '',
  allowPrivateHost: false,
  botToken: '',
  publicKey: '',
  apiRoot: '',
};

/** Only what belongs to the kind, and only what was filled in. */
export function settingsOf(values: PlatformValues) {
  const { kind, allowPrivateHost } = values;
  const apiRoot = values.apiRoot.trim() && { apiRoot: values.apiRoot.trim() };
  const botToken = values.botToken.trim();
  switch (kind) {
    case 'webhook':
      return { kind, outboundUrl: values.outboundUrl.trim(), allowPrivateHost };
    case 'telegram':
      return { kind, botToken, ...apiRoot };
    case 'discord': {
      const publicKey = values.publicKey.trim().toLowerCase();
      return { kind, botToken, ...(publicKey && { publicKey }), ...apiRoot };
    }
  }
}

export function platformBody(values: PlatformValues) {
  const label = values.label.trim();
  return { id: values.id.trim(), ...(label && { label }), settings: settingsOf(values) };
}
