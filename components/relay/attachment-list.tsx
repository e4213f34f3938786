'use client';

import { Paperclip, X } from 'lucide-react';
import { useRef } from 'react';
import { describeError } from '@/components/api/api-error';
import { cn } from '@/components/ui/cn';
import { formatBytes } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { printable } from '@/components/ui/printable';
import { Spinner } from '@/components/ui/spinner';
import type { Attachments } from './use-attachments';

/** What goes with the next message, each with how far it is. */
export function AttachmentList({ attachments }: { attachments: Attachments }) {
  if (attachments.items.length === 0) return null;
  return (
    <ul aria-label="Attached to the message" className="flex flex-wrap gap-1.5">
      {attachments.items.map(({ key, name, bytes, media, error }) => {
        const problem = error ? describeError(error).message : null;
        return (
          <li
            key={key}
            title={problem ?? undefined}
            className={cn(
              'flex h-7 max-w-full items-center gap-1.5 rounded-md border border-line-strong bg-sunk pl-2 max-md:h-9',
              problem && 'border-stop/60 text-stop',
            )}
          >
            {media === null && !problem && <Spinner />}
            <span className="max-w-[32ch] truncate">{printable(name)}</span>
            <span className={problem ? 'max-w-[48ch] truncate' : 'text-hint text-muted'}>
              {problem ?? formatBytes(bytes)}
            </span>
            <button
              type="button"
              aria-label={`Leave out ${printable(name)}`}
              onClick={() => attachments.remove(key)}
              className="flex h-full items-center px-1.5 text-muted hover:text-text"
            >
              <Icon of={X} size={13} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

export function AttachButton({ onFiles }: { onFiles: (files: FileList) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        aria-label="Files to attach"
        className="hidden"
        onChange={(event) => {
          if (event.target.files) onFiles(event.target.files);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      <IconButton label="Attach files" onClick={() => input.current?.click()} className="h-8">
        <Icon of={Paperclip} />
      </IconButton>
    </>
  );
}
