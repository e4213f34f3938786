/**
 * Installed copies: `<data>/plugins/<id>/<digest>/`, so that later edits of the source change nothing, and beside it the
 * names of its files. The list needs no protection of its own: the digest covers names as well.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@/lib/platform/errors';
import { digestOf, type PluginFolder, readPluginFolder } from './folder';

export interface PluginCopies {
  /** Copies and reads in one pass. `keep` makes it the copy of its digest; without it nothing stays. @throws AppError INVALID_MANIFEST */
  stage(source: string): Promise<PluginFolder & { keep(): Promise<void>; discard(): Promise<void> }>;
  folderOf(plugin: { id: string; digest: string }): string;
  /** @throws AppError RUN_START_FAILED for a copy that is not what was installed any more. */
  requireIntact(plugin: { id: string; digest: string }): Promise<void>;
  /** Removes what is not one of these, and what an interrupted install left. */
  sweep(kept: ReadonlyArray<{ id: string; digest: string }>): Promise<void>;
}

export function createPluginCopies(dataDir: string): PluginCopies {
  const root = join(dataDir, 'plugins');
  const staging = join(root, '.staging');
  const folderOf = ({ id, digest }: { id: string; digest: string }) => join(root, id, digest);

  return {
    folderOf,
    async stage(source) {
      await mkdir(staging, { recursive: true, mode: 0o700 });
      const draft = await mkdtemp(join(staging, 'plugin-'));
      const discard = () => rm(draft, { recursive: true, force: true });
      try {
        const folder = await readPluginFolder(source, draft);
        async function keep(): Promise<void> {
          const target = folderOf({ id: folder.manifest.id, digest: folder.digest });
          await mkdir(join(root, folder.manifest.id), { recursive: true, mode: 0o700 });
          await writeFile(`${target}.list`, JSON.stringify(folder.files), { mode: 0o600 });
          // Runs may work from a good copy; a damaged one gives its place to the fresh one.
          if ((await digestOf(target, folder.files)) === folder.digest) return discard();
          await rm(target, { recursive: true, force: true });
          await rename(draft, target);
        }
        return { ...folder, keep, discard };
      } catch (error) {
        await discard();
        throw error;
      }
    },

    async requireIntact(plugin) {
      const list = await readFile(`${folderOf(plugin)}.list`, 'utf8')
        .then((text) => JSON.parse(text) as string[])
        .catch(() => null);
      if (list && (await digestOf(folderOf(plugin), list)) === plugin.digest) return;
      throw new AppError('RUN_START_FAILED', {
        message: `The installed files of the plugin ${plugin.id} were changed or are gone. Install it again.`,
      });
    },

    async sweep(kept) {
      const wanted = new Set(kept.flatMap(({ id, digest }) => [`${id}/${digest}`, `${id}/${digest}.list`]));
      const ids = await readdir(root).catch(() => []);
      for (const id of ids) {
        const names = await readdir(join(root, id)).catch(() => []);
        for (const name of names)
          if (!wanted.has(`${id}/${name}`)) await rm(join(root, id, name), { recursive: true, force: true });
      }
    },
  };
}
