'use client';

import { type ReactNode, useMemo, useState } from 'react';
import { cn } from '@/components/ui/cn';
import { printable } from '@/components/ui/printable';
import { Segments } from '@/components/ui/tabs';
import { type DiffLine, diffLines } from './line-diff';
import { type Edit, type ReadableArguments, readableArguments } from './readable-arguments';

type Form = 'readable' | 'json';

/** What was or will be sent, or came back. Hostile text: nothing in it acts on the page, and what hides is made visible. */
export function ArgumentsView({
  label,
  value,
  read = readableArguments,
}: {
  label: string;
  value: unknown;
  /** Null where JSON is the best there is to show. */
  read?: (value: unknown) => ReadableArguments | null;
}) {
  const [form, setForm] = useState<Form>('readable');
  const readable = useMemo(() => read(value), [read, value]);
  const shown = readable && form === 'readable' ? readable : null;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex min-h-6 items-center justify-between gap-3">
        <h3 className="text-muted">{label}</h3>
        {readable && (
          <Segments
            label="Show as"
            value={form}
            onChange={setForm}
            options={[
              { value: 'readable', label: readable.edits.length > 0 ? 'Diff' : 'Text' },
              { value: 'json', label: 'JSON' },
            ]}
          />
        )}
      </div>
      {shown ? <Readable label={label} {...shown} /> : <Json label={label} value={value} />}
    </div>
  );
}

const blockStyles = 'max-h-[46dvh] overflow-auto rounded-md border border-line bg-sunk px-3 py-2.5 leading-[18px]';
const textStyles = 'whitespace-pre-wrap break-words [overflow-wrap:anywhere]';

/** Long ones scroll in place, by the keyboard as well. */
function Block({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
    <section aria-label={label} tabIndex={0} className={cn(blockStyles, className)}>
      <pre className={textStyles}>{children}</pre>
    </section>
  );
}

function Json({ label, value }: { label: string; value: unknown }) {
  const text = useMemo(() => printable(JSON.stringify(value, null, 2) ?? 'null', { keepNewlines: true }), [value]);
  return <Block label={label}>{text}</Block>;
}

function Readable({ label, rest, edits, texts }: ReadableArguments & { label: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {Object.keys(rest).length > 0 && <Json label={`${label}, other fields`} value={rest} />}
      {edits.map((edit, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place of an edit is what it is.
        <EditBlock key={index} edit={edit} name={edits.length > 1 ? `Edit ${index + 1} of ${edits.length}` : 'Edit'} />
      ))}
      {texts.map(({ name, text }) => (
        <div key={name} className="flex min-w-0 flex-col gap-1">
          <code className="text-muted">{printable(name)}</code>
          <Block label={printable(name)}>{printable(text, { keepNewlines: true })}</Block>
        </div>
      ))}
    </div>
  );
}

const marks: Record<DiffLine['kind'], string> = { same: ' ', removed: '−', added: '+' };
const spoken: Record<DiffLine['kind'], string> = { same: '', removed: 'removed: ', added: 'added: ' };

function EditBlock({ edit, name }: { edit: Edit; name: string }) {
  const lines = useMemo(() => diffLines(edit.before, edit.after), [edit]);
  return (
    <Block label={name} className="px-0">
      {lines.map((line, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the place of a line is what it is.
          key={index}
          className={cn(
            'grid grid-cols-[24px_1fr] pr-3',
            line.kind === 'removed' && 'bg-stop-ground',
            line.kind === 'added' && 'bg-live-ground',
          )}
        >
          <span aria-hidden="true" className="select-none text-center text-muted">
            {marks[line.kind]}
          </span>
          <span className="min-w-0">
            <span className="sr-only">{spoken[line.kind]}</span>
            {printable(line.text)}
          </span>
        </span>
      ))}
    </Block>
  );
}
