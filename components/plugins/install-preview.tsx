import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { formatBytes, joinWords, plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import type { PluginPreview } from '@/lib/contracts/plugins';
import { elevatedWords, isElevated } from './capabilities';

/** What a folder holds and asks for, before any of it is installed. */
export function InstallPreview({ preview, path }: { preview: PluginPreview; path: string }) {
  const { capabilities, replaces, connectors } = preview;
  return (
    <>
      <div>
        <p className="font-medium">
          {printable(preview.name)} <span className="font-normal text-muted">{printable(preview.version)}</span>
        </p>
        {preview.description && <p className="break-words text-muted">{printable(preview.description)}</p>}
      </div>
      <AskedList title="Requires" none="Requires no capability." capabilities={capabilities.required} />
      <AskedList title="May also use" none={null} capabilities={capabilities.optional} />
      <p className="text-muted">
        {replaces
          ? 'It keeps its tier. '
          : 'It is installed as restricted, with nothing granted: grants are given afterwards, one by one. '}
        {connectors.length > 0 &&
          `It brings ${plural(connectors.length, 'connector')}: ${joinWords(connectors.map((each) => printable(each)))}.`}
      </p>
      {replaces && <Replaced preview={preview} replaces={replaces} />}
      <dl className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-2 gap-y-1.5 text-hint">
        <Fact term="Id">
          <code className="break-all">{preview.id}</code>
        </Fact>
        <Fact term="Folder">
          <code className="break-all">{printable(path)}</code>
        </Fact>
        <Fact term="Holds">
          {plural(preview.files, 'file')}, {formatBytes(preview.bytes)}
        </Fact>
        <Fact term="Digest">
          <code className="select-all break-all">{preview.digest}</code>
        </Fact>
      </dl>
    </>
  );
}

function Replaced({ preview, replaces }: { preview: PluginPreview; replaces: NonNullable<PluginPreview['replaces']> }) {
  const same = replaces.digest === preview.digest;
  return (
    <div className="rounded-md bg-wait-ground px-2.5 py-2">
      <p className="font-medium">
        {same
          ? `The very same files are installed already, as version ${printable(replaces.version)}.`
          : `It takes the place of version ${printable(replaces.version)}, whose files differ.`}
      </p>
      {replaces.dropsGrants.length > 0 && (
        <p>
          It loses {joinWords(replaces.dropsGrants.map((each) => printable(each)))} and has to be granted that again.
        </p>
      )}
    </div>
  );
}

function AskedList({
  title,
  none,
  capabilities,
}: {
  title: string;
  none: string | null;
  capabilities: readonly string[];
}) {
  if (capabilities.length === 0) return none && <p className="text-muted">{none}</p>;
  return (
    <section aria-label={title}>
      <h3 className="pb-1 font-medium">{title}</h3>
      <ul className="rounded-md border border-line">
        {capabilities.map((capability) => (
          <li
            key={capability}
            className="flex flex-wrap items-center gap-x-2 border-line border-b px-2.5 py-1.5 last:border-b-0"
          >
            <code className="break-all">{printable(capability)}</code>
            {isElevated(capability) && (
              <>
                <Badge>elevated</Badge>
                <span className="text-hint text-muted">{elevatedWords(capability)}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
