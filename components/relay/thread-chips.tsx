'use client';

import { cn } from '@/components/ui/cn';
import { printable } from '@/components/ui/printable';

interface ThreadChipsProps {
  threads: readonly { id: string; name: string }[];
  current: string | undefined;
  onOpen: (id: string | undefined) => void;
}

/** The threads a gateway opened in the chat. Without one there is nothing to choose. */
export function ThreadChips({ threads, current, onOpen }: ThreadChipsProps) {
  if (threads.length === 0) return null;
  return (
    <fieldset className="flex min-w-0 flex-1 gap-1.5 overflow-x-auto">
      <legend className="sr-only">Threads</legend>
      <Chip pressed={current === undefined} onClick={() => onOpen(undefined)}>
        All
      </Chip>
      {threads.map(({ id, name }) => (
        <Chip key={id} pressed={id === current} onClick={() => onOpen(id)}>
          # {printable(name)}
        </Chip>
      ))}
    </fieldset>
  );
}

function Chip({ pressed, className, ...rest }: React.ComponentProps<'button'> & { pressed: boolean }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      className={cn(
        'h-6 max-w-48 shrink-0 truncate rounded-md border border-line-strong border-dashed px-2 text-muted hover:text-text aria-pressed:border-solid aria-pressed:bg-sunk aria-pressed:text-text max-md:h-8',
        className,
      )}
      {...rest}
    />
  );
}
