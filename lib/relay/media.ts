/**
 * What messages carry. A file lies beside the database for an hour under a name of ours, belongs to one instance, and is found
 * by no other. Its row is in the commit of its row of the record; its bytes are on the disk before that.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuditLog } from '@/lib/audit/log';
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import { label } from '@/lib/contracts/common';
import type { RelayMedia, RelayMediaEntry } from '@/lib/contracts/relay';
import type { Clock } from '@/lib/platform/clock';
import { type Database, storedTime } from '@/lib/platform/database';
import { AppError, isAppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { RelayMediaModel } from '@/prisma/generated/models';

export interface StoredMedia {
  media: RelayMedia;
  path: string;
}

export interface MediaStore {
  /** @throws AppError BODY_TOO_LARGE, CAPACITY, BAD_REQUEST for an empty or broken one, RELAY_INSTANCE_DISABLED, AUDIT_UNAVAILABLE; then nothing is kept. */
  keep(instanceId: string, file: { name: string; mime: string; bytes: Readable }, actor: string): Promise<RelayMedia>;
  /** By its id or its URL. Null for one that is over, unknown, or of another instance than the one given: told apart for nobody. */
  find(idOrUrl: string, instanceId?: string): Promise<StoredMedia | null>;
  /** As an event names it: its gateway fetches the URL with its own bearer. */
  entryOf(media: RelayMedia): RelayMediaEntry;
  /** Removes what is over, and files that no row knows. */
  sweep(): Promise<void>;
  forget(instanceId: string): Promise<void>;
}

export interface MediaStoreOptions {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  directory: string;
  publicUrl: string;
}

const kept: CompanionTable = {
  statements: [
    `INSERT INTO "RelayMedia" ("id", "instanceId", "name", "mime", "bytes", "sha256", "createdAt", "expiresAt")
     SELECT @id, @instanceId, @name, @mime, @bytes, @sha256, @at, @until
     WHERE EXISTS (SELECT 1 FROM "RelayInstance" WHERE "id" = @instanceId AND "revokedAt" IS NULL)`,
  ],
};
const mimeType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const mediaId = /^med_[A-Za-z0-9_-]{1,60}$/;

export function createMediaStore({ db, audit, clock, directory, publicUrl }: MediaStoreOptions): MediaStore {
  const prefix = `${publicUrl}/relay/media/`;
  const pathOf = (id: string) => join(directory, id);
  /** Files that are being written have no row yet. */
  const writing = new Map<string, string>();

  /** Of one that is being written already: those beside it count with what they may become. */
  async function requireRoom(instanceId: string): Promise<void> {
    const others = [...writing.values()].filter((one) => one === instanceId).length - 1;
    if (others >= limits.relayMediaUploads)
      throw new AppError('CAPACITY', { message: 'The instance uploads too many files at once.' });
    const where = { instanceId, expiresAt: { gt: new Date(clock.now()) } };
    const { _sum, _count } = await db.relayMedia.aggregate({ where, _sum: { bytes: true }, _count: true });
    const bytes = (_sum.bytes ?? 0) + others * limits.relayMediaBytes;
    if (_count + others < limits.relayMediaFiles && bytes < limits.relayMediaInstanceBytes) return;
    throw new AppError('CAPACITY', { message: 'The instance holds too much media. It goes after an hour.' });
  }

  /** The bytes and their SHA-256, on the disk. */
  async function write(path: string, source: Readable): Promise<{ bytes: number; sha256: string }> {
    const hash = createHash('sha256');
    let bytes = 0;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await pipeline(
      // What is left of a body that is refused is read and forgotten by its server, which a destroyed one would not let it.
      source.iterator({ destroyOnReturn: false }),
      async function* limited(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > limits.relayMediaBytes)
            throw new AppError('BODY_TOO_LARGE', { message: 'A file may have 25 MB at most.' });
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
    );
    if (bytes === 0) throw new AppError('BAD_REQUEST', { message: 'The file is empty.' });
    return { bytes, sha256: hash.digest('hex') };
  }

  async function add(instanceId: string, file: Parameters<MediaStore['keep']>[1], id: string, actor: string) {
    const { bytes, sha256 } = await write(pathOf(id), file.bytes).catch((error: unknown) => {
      throw isAppError(error) ? error : unwritten(error);
    });
    const atMs = clock.now();
    const row = {
      ...{ id, instanceId, bytes, sha256, name: nameOf(file.name) },
      mime: mimeType.test(file.mime.toLowerCase()) ? file.mime.toLowerCase() : 'application/octet-stream',
    };
    const times = { at: storedTime(atMs), until: storedTime(atMs + limits.relayMediaMs) };
    const companion: Companion = { table: kept, values: { ...row, ...times } };
    const { mime } = row;
    await audit.append({ actor, action: 'relay.media', target: instanceId, data: { id, mime, bytes, sha256 } }, [
      companion,
    ]);
    // Its instance was revoked while it came.
    if ((await db.relayMedia.count({ where: { id } })) === 0) throw new AppError('RELAY_INSTANCE_DISABLED');
    return toMedia({ ...row, expiresAt: new Date(atMs + limits.relayMediaMs) });
  }

  async function drop(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => rm(pathOf(id), { force: true })));
    await db.relayMedia.deleteMany({ where: { id: { in: [...ids] } } });
  }

  return {
    entryOf: ({ id, name, mime, bytes, expiresAt }) => ({
      ...{ id, url: `${prefix}${id}`, name, mime_type: mime, size_bytes: bytes, expires_at: expiresAt },
    }),

    async keep(instanceId, file, actor) {
      const id = newId('med');
      writing.set(id, instanceId);
      try {
        await requireRoom(instanceId);
        return await add(instanceId, file, id, actor);
      } catch (error) {
        await rm(pathOf(id), { force: true });
        throw error;
      } finally {
        writing.delete(id);
      }
    },

    async find(idOrUrl, instanceId) {
      const id = idOrUrl.startsWith(prefix) ? idOrUrl.slice(prefix.length) : idOrUrl;
      if (!mediaId.test(id)) return null;
      const row = await db.relayMedia.findUnique({ where: { id } });
      if (!row || row.expiresAt.getTime() <= clock.now()) return null;
      if (instanceId !== undefined && row.instanceId !== instanceId) return null;
      return { media: toMedia(row), path: pathOf(id) };
    },

    async sweep() {
      const over = await db.relayMedia.findMany({ where: { expiresAt: { lte: new Date(clock.now()) } } });
      await drop(over.map(({ id }) => id));
      const files = await readdir(directory).catch(() => []);
      const strays = files.filter((file) => !writing.has(file));
      const known = await db.relayMedia.findMany({ where: { id: { in: strays } }, select: { id: true } });
      const rows = new Set(known.map(({ id }) => id));
      await Promise.all(
        strays.filter((file) => !rows.has(file) && !writing.has(file)).map((file) => rm(pathOf(file), { force: true })),
      );
    },

    async forget(instanceId) {
      await drop((await db.relayMedia.findMany({ where: { instanceId }, select: { id: true } })).map(({ id }) => id));
    },
  };
}

type Shown = Pick<RelayMediaModel, 'id' | 'name' | 'mime' | 'bytes' | 'expiresAt'>;
function toMedia({ id, name, mime, bytes, expiresAt }: Shown): RelayMedia {
  return { id, name, mime, bytes, expiresAt: expiresAt.toISOString() };
}

/** The last part of what its sender calls it: it is shown, and offered as the name of a download. */
function nameOf(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  return label(200).safeParse(last).data ?? 'file';
}

function unwritten(error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return new AppError('CAPACITY', { message: 'The disk of the server is full.', cause: error });
  if (code?.startsWith('ERR_STREAM') || code === 'ECONNRESET' || code === 'ABORT_ERR')
    return new AppError('BAD_REQUEST', { message: 'The file ended early.', cause: error });
  return new AppError('INTERNAL', { cause: error });
}
