/**
 * The secrets of a connector are the values of its `env` and `headers`. They leave the transport before it is stored or
 * shown, are sealed for this one connector, and come back only where it is started.
 */
import { type AnyTransport, anyTransport, type ConnectorTransport, maskedSecret } from '@/lib/contracts/connectors';
import { AppError } from '@/lib/platform/errors';
import type { Sealer } from '@/lib/platform/sealing';

type SecretValues = Record<string, string>;

/** The values by name: variables of `stdio`, headers of `http`. */
export function secretValuesOf(transport: AnyTransport): SecretValues {
  if (transport.kind === 'builtin') return {};
  return (transport.kind === 'stdio' ? transport.env : transport.headers) ?? {};
}

/** The transport with every secret value shown as the mask: what answers, events and the database column hold. */
export function maskTransport<T extends AnyTransport>(transport: T): T {
  return withSecretValues(
    transport,
    mapValues(secretValuesOf(transport), () => maskedSecret),
  );
}

/**
 * A transport as an admin sent it, with masked values replaced by the stored ones.
 * @throws AppError BAD_REQUEST where a masked value has nothing stored to stand for.
 */
export function unmaskTransport(given: ConnectorTransport, stored: AnyTransport | undefined): ConnectorTransport {
  const kept = stored?.kind === given.kind ? secretValuesOf(stored) : {};
  // Header names differ in case alone between what people type and type again.
  const byName = new Map(Object.entries(kept).map(([name, value]) => [keyOf(given, name), value]));
  const field = given.kind === 'stdio' ? 'env' : 'headers';
  const values = mapValues(secretValuesOf(given), (value, name) => {
    if (value !== maskedSecret) return value;
    const known = byName.get(keyOf(given, name));
    if (known === undefined)
      throw new AppError('BAD_REQUEST', {
        message: `transport.${field}.${name}: the mask stands for a stored value, and there is none. Enter the value.`,
      });
    if (leavesItsPlace(given, stored))
      throw new AppError('BAD_REQUEST', {
        message: `transport.${field}.${name}: the address changes, so enter the value again: a stored secret is not sent to another place.`,
      });
    return known;
  });
  return withSecretValues(given, values);
}

/** Null when there is nothing to seal. */
export function sealSecrets(transport: AnyTransport, id: string, sealer: Sealer): string | null {
  const values = secretValuesOf(transport);
  return Object.keys(values).length === 0 ? null : sealer.seal(JSON.stringify(values), contextOf(id));
}

/** The transport to start with; undefined when its secrets cannot be opened any more. */
export function openSecrets(
  transport: AnyTransport,
  sealed: string | null,
  { id, sealer }: { id: string; sealer: Sealer },
): AnyTransport | undefined {
  if (sealed === null) return transport;
  const opened = sealer.open(sealed, contextOf(id));
  if (opened === undefined) return undefined;
  const parsed = anyTransport.safeParse(withSecretValues(transport, JSON.parse(opened)));
  return parsed.success ? parsed.data : undefined;
}

function withSecretValues<T extends AnyTransport>(transport: T, values: SecretValues): T {
  if (Object.keys(values).length === 0) return transport;
  return transport.kind === 'stdio' ? { ...transport, env: values } : { ...transport, headers: values };
}

/** An admin who may change an address, but never saw the secret, must not have it sent to an address of their own. */
function leavesItsPlace(given: ConnectorTransport, stored: AnyTransport | undefined): boolean {
  if (given.kind !== 'http' || stored?.kind !== 'http') return false;
  return new URL(given.url).origin !== new URL(stored.url).origin;
}

function keyOf({ kind }: ConnectorTransport, name: string): string {
  return kind === 'http' ? name.toLowerCase() : name;
}

function mapValues(values: SecretValues, change: (value: string, name: string) => string): SecretValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

function contextOf(id: string): string {
  return `connector:${id}`;
}
