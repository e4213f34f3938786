'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button';
import { cn } from './cn';
import { shortId } from './format';
import { Icon } from './icon';

const shownMs = 1500;

/** Copies, and says for a moment that it did. */
export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copiedAt, setCopiedAt] = useState(0);
  useEffect(() => {
    if (copiedAt === 0) return;
    const timer = setTimeout(() => setCopiedAt(0), shownMs);
    return () => clearTimeout(timer);
  }, [copiedAt]);
  return {
    copied: copiedAt !== 0,
    copy: (text) => void writeClipboard(text).then((done) => done && setCopiedAt(Date.now())),
  };
}

/** The clipboard API is absent on plain http away from loopback; selecting and copying still works there. */
async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** An id: shortened, whole on hover, copied on click. */
export function CopyId({ id, full = false, className }: { id: string; full?: boolean; className?: string }) {
  const { copied, copy } = useCopy();
  return (
    <button
      type="button"
      title={`${id}: copy`}
      aria-label={`Copy ${id}`}
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        copy(id);
      }}
      className={cn(
        'group inline-flex max-w-full items-center gap-1 rounded-sm font-mono text-hint text-muted hover:text-text',
        className,
      )}
    >
      <span className="truncate">{full ? id : shortId(id)}</span>
      <Icon
        of={copied ? Check : Copy}
        size={12}
        className={cn(
          'shrink-0',
          copied ? 'text-live' : 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
        )}
      />
      <span aria-live="polite" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const { copied, copy } = useCopy();
  return (
    <Button onClick={() => copy(text)}>
      <Icon of={copied ? Check : Copy} />
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  );
}

/** A secret shown once: whole, selectable, with its copy button. */
export function SecretOnce({ secret, label }: { secret: string; label: string }) {
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-md border border-line-strong bg-sunk p-2">
      <code className="min-w-0 flex-1 select-all break-all">{secret}</code>
      <CopyButton text={secret} label={label} />
    </div>
  );
}
