/**
 * Instances: who may dial in, and until when. A gateway is known by the secret of its own row. Each change is on the record in
 * the commit that makes it true; a secret is answered once and kept sealed.
 */
import type { AuditLog } from '@/lib/audit/log';
import type {
  CreatedEnrolment,
  CreateEnrolmentBody,
  EnrollBody,
  Enrolled,
  ProvisionBody,
  Provisioned,
  Rotated,
} from '@/lib/contracts/relay';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import type { Sealer } from '@/lib/platform/sealing';
import { newSecret, sha256Hex } from '@/lib/platform/secrets';
import { enrolmentPrefix, formatSecret, hasValidChecksum } from '@/lib/tokens/format';
import type { RelayInstanceModel } from '@/prisma/generated/models';
import {
  enrolledCompanion,
  enrolmentCompanion,
  type ProvisionedRow,
  provisionedCompanion,
  revokedCompanion,
  rotatedCompanion,
} from './instance-tables';
import { checkUpgradeToken, parseUpgradeToken } from './protocol/upgrade-token';
import { type InstanceSecrets, openInstanceSecrets, sealInstanceSecrets } from './secrets';

export type InstanceRow = Omit<RelayInstanceModel, 'secrets'>;
export type Dialled =
  | { instance: InstanceRow }
  | { refused: 'unauthorized' | 'expired' | 'revoked'; id: string | null };

export interface RelayInstances {
  /** Of a gateway without an instance, or whose instance was revoked. @throws AppError RELAY_INSTANCE_EXISTS, AUDIT_UNAVAILABLE. */
  provision(body: ProvisionBody, by: Actor): Promise<Provisioned>;
  /** The only time the token is seen. */
  mintEnrolment(body: CreateEnrolmentBody, by: Actor): Promise<CreatedEnrolment>;
  /** @throws AppError ENROLMENT_INVALID, ENROLMENT_ENDED, RELAY_INSTANCE_EXISTS, AUDIT_UNAVAILABLE. */
  enroll(body: EnrollBody): Promise<Enrolled>;
  /** The secret before stays good for a day. @throws AppError RELAY_INSTANCE_NOT_FOUND, RELAY_INSTANCE_DISABLED, AUDIT_UNAVAILABLE. */
  rotate(idOrGateway: string, by: Actor): Promise<Rotated>;
  /** Durable when it resolves; the caller closes its socket. Again: as it is. @throws AppError RELAY_INSTANCE_NOT_FOUND, AUDIT_UNAVAILABLE. */
  revoke(idOrGateway: string, reason: string, by: Actor): Promise<InstanceRow>;
  /** Who dials with this bearer. Reads the row itself, so that a revoke or a rotation bites at the next dial. */
  authenticate(bearer: string): Promise<Dialled>;
  /** By its id or its gateway's. @throws AppError RELAY_INSTANCE_NOT_FOUND. */
  require(idOrGateway: string): Promise<InstanceRow>;
}

export interface RelayInstancesOptions {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  sealer: Sealer;
}

export function createRelayInstances({ db, audit, clock, sealer }: RelayInstancesOptions): RelayInstances {
  /** Of two that provision, enrol, rotate or revoke at once, the second sees what the first did. */
  const inTurn = createOneAtATime();

  const find = (idOrGateway: string) =>
    db.relayInstance.findFirst({ where: { OR: [{ id: idOrGateway }, { gatewayId: idOrGateway }] } });

  async function require(idOrGateway: string): Promise<InstanceRow> {
    const found = await find(idOrGateway);
    if (!found) throw new AppError('RELAY_INSTANCE_NOT_FOUND');
    return found;
  }

  async function create(
    given: Omit<ProvisionedRow, 'id' | 'secrets'> & { instanceId?: string | undefined },
    { actor, action, more }: { actor: string; action: string; more: Parameters<AuditLog['append']>[1] },
  ): Promise<InstanceSecrets> {
    const { instanceId, ...rest } = given;
    const known = await db.relayInstance.findUnique({ where: { gatewayId: given.gatewayId } });
    // What is left of one that was revoked, its conversations too, stays with its tenant.
    if (known && (known.revokedAt === null || known.tenant !== given.tenant))
      throw new AppError('RELAY_INSTANCE_EXISTS');
    const id = known?.id ?? instanceId ?? newId('rly');
    if (!known && (await find(id))) throw new AppError('RELAY_INSTANCE_EXISTS', { message: 'instanceId: is taken.' });
    const secrets: InstanceSecrets = { current: newSecret(), previous: null, deliveryKey: newSecret() };
    const sealed = sealInstanceSecrets(sealer, id, secrets);
    const { gatewayId, tenant, platform, botId, routeKeys } = given;
    await audit.append({ actor, action, target: id, data: { gatewayId, tenant, platform, botId, routeKeys } }, [
      provisionedCompanion({ ...rest, id, secrets: sealed }, clock.now()),
      ...(more ?? []),
    ]);
    return secrets;
  }

  return {
    require,

    provision({ gatewayId, platform, botId, routeKeys = [], instanceId, wakeUrl = null }, by) {
      return inTurn(async () => {
        const given = { gatewayId, tenant: defaultTenant, platform, botId, routeKeys, wakeUrl, by: actorLabel(by) };
        const { current, deliveryKey } = await create(
          { ...given, instanceId },
          { actor: actorName(by), action: 'relay.provision', more: [] },
        );
        return { secret: current, deliveryKey, tenant: defaultTenant, gatewayId, routeKeys };
      });
    },

    async mintEnrolment({ tenant }, by) {
      const token = formatSecret(enrolmentPrefix);
      const hash = sha256Hex(token);
      const atMs = clock.now();
      const untilMs = atMs + limits.relayEnrolmentMs;
      await audit.append(
        {
          actor: actorName(by),
          action: 'relay.enrolment',
          target: enrolmentTarget(hash),
          data: { tenant, expiresAt: toIso(untilMs) },
        },
        [enrolmentCompanion({ hash, tenant, by: actorLabel(by), atMs, untilMs })],
      );
      return { enrollmentToken: token, tenant, expiresAt: toIso(untilMs) };
    },

    enroll({ enrollmentToken, gatewayId }) {
      return inTurn(async () => {
        const hash = sha256Hex(enrollmentToken);
        const enrolment = hasValidChecksum(enrollmentToken, enrolmentPrefix)
          ? await db.relayEnrolment.findUnique({ where: { hash } })
          : null;
        if (!enrolment) throw new AppError('ENROLMENT_INVALID');
        const nowMs = clock.now();
        if (enrolment.usedAt || enrolment.expiresAt.getTime() <= nowMs) throw new AppError('ENROLMENT_ENDED');
        const { tenant, createdBy } = enrolment;
        const unsaid = { platform: null, botId: null, wakeUrl: null, routeKeys: [] };
        const { current, deliveryKey } = await create(
          { gatewayId, tenant, by: createdBy, ...unsaid },
          {
            actor: enrolmentTarget(hash),
            action: 'relay.enroll',
            more: [enrolledCompanion(hash, gatewayId, nowMs)],
          },
        );
        return { secret: current, deliveryKey, tenant, gatewayId };
      });
    },

    rotate(idOrGateway, by) {
      return inTurn(async () => {
        const { id, gatewayId } = await require(idOrGateway);
        const row = await db.relayInstance.findUniqueOrThrow({ where: { id }, omit: { secrets: false } });
        const secrets = row.secrets === null ? undefined : openInstanceSecrets(sealer, id, row.secrets);
        if (!secrets) throw new AppError('RELAY_INSTANCE_DISABLED');
        const next = { ...secrets, current: newSecret(), previous: secrets.current };
        const atMs = clock.now();
        const untilMs = atMs + limits.relayPreviousSecretMs;
        await audit.append(
          { actor: actorName(by), action: 'relay.rotate', target: id, data: { previousUntil: toIso(untilMs) } },
          [rotatedCompanion(id, sealInstanceSecrets(sealer, id, next), atMs, untilMs)],
        );
        return { secret: next.current, gatewayId, previousUntil: toIso(untilMs) };
      });
    },

    revoke(idOrGateway, reason, by) {
      return inTurn(async () => {
        const row = await require(idOrGateway);
        if (row.revokedAt) return row;
        const { id, gatewayId } = row;
        await audit.append({ actor: actorName(by), action: 'relay.revoke', target: id, data: { gatewayId, reason } }, [
          revokedCompanion(id, reason, clock.now()),
        ]);
        return require(id);
      });
    },

    async authenticate(bearer) {
      const token = parseUpgradeToken(bearer);
      const row = token
        ? await db.relayInstance.findUnique({ where: { gatewayId: token.gatewayId }, omit: { secrets: false } })
        : null;
      if (!token || !row) return { refused: 'unauthorized', id: null };
      const { secrets: sealed, ...instance } = row;
      // Said to whoever names it: its secret is gone, so no proof can be asked for.
      if (row.revokedAt) return { refused: 'revoked', id: row.id };
      const secrets = sealed === null ? undefined : openInstanceSecrets(sealer, row.id, sealed);
      if (!secrets) return { refused: 'unauthorized', id: row.id };
      const nowMs = clock.now();
      const old = row.previousUntil && row.previousUntil.getTime() > nowMs ? secrets.previous : null;
      const good = old === null ? [secrets.current] : [secrets.current, old];
      const verdict = checkUpgradeToken(token, { secrets: good, nowMs });
      return verdict === 'ok' ? { instance } : { refused: verdict, id: row.id };
    },
  };
}

/** One console is one tenant, unless an enrolment says another. */
const defaultTenant = 'default';

/** As the record names an enrolment: enough of its hash to tell it from others, and of no use to find it. */
const enrolmentTarget = (hash: string) => `enrolment:${hash.slice(0, 12)}`;
