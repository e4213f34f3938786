/** The secrets of one instance, sealed for it alone: they open only under its own id. */
import type { Sealer } from '@/lib/platform/sealing';

export interface InstanceSecrets {
  /** What its gateway signs upgrade tokens with. */
  current: string;
  previous: string | null;
  /** What deliveries to it by HTTP are signed with. */
  deliveryKey: string;
}

const contextOf = (id: string) => `relay:${id}`;

export function sealInstanceSecrets(sealer: Sealer, id: string, secrets: InstanceSecrets): string {
  return sealer.seal(JSON.stringify(secrets), contextOf(id));
}

/** Undefined for what was sealed under another master key, for another instance, or altered. */
export function openInstanceSecrets(sealer: Sealer, id: string, sealed: string): InstanceSecrets | undefined {
  const text = sealer.open(sealed, contextOf(id));
  return text === undefined ? undefined : (JSON.parse(text) as InstanceSecrets);
}
