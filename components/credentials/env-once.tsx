import { CopyButton } from '@/components/ui/copy-button';

/** Variables for a process elsewhere, shown once: whole, selectable, and copied as lines a shell reads. */
export function EnvOnce({ env }: { env: Readonly<Record<string, string>> }) {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
  const text = lines.join('\n');
  return (
    <div className="flex flex-col items-start gap-2 rounded-md border border-line-strong bg-sunk p-2">
      <pre className="w-full select-all whitespace-pre-wrap break-all">{text}</pre>
      <CopyButton text={text} label="Copy variables" />
    </div>
  );
}
