'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Keyboard, LogOut, MonitorSmartphone, Moon, Plus, Sun } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { callRoute } from '@/components/api/client';
import { useMe } from '@/components/api/use-me';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { RunStatusDot } from '@/components/ui/status-dot';
import { useToast } from '@/components/ui/toast';
import { allNav } from './nav-items';
import { PaletteSettings } from './palette-settings';
import { groupStyles, itemStyles } from './palette-styles';
import { useShell } from './shell-context';
import { signOut } from './sign-out';
import { applyTheme } from './theme';
import { useNav } from './use-nav';

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const router = useRouter();
  const pages = useNav(allNav);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the backdrop is a pointer's way out; Escape is the keyboard's.
    <dialog
      ref={ref}
      aria-label="Search or run a command"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === ref.current && onClose()}
      className="fixed mx-auto mt-[12vh] mb-auto w-[calc(100vw-24px)] max-w-[560px] animate-rise rounded-lg border border-line-strong bg-panel p-0 text-text shadow-overlay backdrop:bg-[rgb(0_0_0/0.4)] max-md:mt-3"
    >
      <Command label="Search or run a command" loop>
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder="Search pages, runs and actions"
          className="h-11 w-full border-line border-b bg-transparent px-4 text-[14px] outline-none max-md:text-[16px]"
        />
        <Command.List className="max-h-[min(420px,60vh)] overflow-y-auto p-1.5">
          <Command.Empty className="px-2 py-6 text-center text-muted">Nothing matches.</Command.Empty>
          <Command.Group heading="Pages" className={groupStyles}>
            {pages.map((item) => (
              <Command.Item
                key={item.href}
                value={`page ${item.label}`}
                onSelect={run(() => router.push(item.href))}
                className={itemStyles}
              >
                <Icon of={item.icon} className="text-muted" />
                <span className="flex-1">{item.label}</span>
                <Kbd>G</Kbd>
                <Kbd>{item.key.toUpperCase()}</Kbd>
              </Command.Item>
            ))}
          </Command.Group>
          <RunResults text={text} onPick={(id) => run(() => router.push(`/runs/${id}`))()} />
          <PaletteSettings onPick={(href) => run(() => router.push(href))()} />
          <Actions run={run} />
        </Command.List>
      </Command>
    </dialog>
  );
}

/** Runs the server finds for the text; the newest ones while there is none. */
function RunResults({ text, onPick }: { text: string; onPick: (id: string) => void }) {
  const q = useDeferredValue(text.trim());
  const { data } = useQuery({
    queryKey: ['palette-runs', q],
    queryFn: ({ signal }) => callRoute('runs.list', { query: { q: q || undefined, limit: 6 }, signal }),
    placeholderData: (previous) => previous,
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Command.Group heading="Runs" className={groupStyles}>
      {data.items.map((run) => (
        // The server has matched already: the text itself as a keyword keeps the palette's own filter from hiding it.
        <Command.Item
          key={run.id}
          value={run.id}
          keywords={[run.title, q]}
          onSelect={() => onPick(run.id)}
          className={itemStyles}
        >
          <RunStatusDot status={run.status} className="w-24 shrink-0 text-muted" />
          <span className="flex-1 truncate">{run.title}</span>
          <span className="text-muted">{run.principal.userId}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Actions({ run }: { run: (act: () => void) => () => void }) {
  const { can } = useMe();
  const shell = useShell();
  const toast = useToast();
  const actions = [
    ...(can('runs.control') ? [{ label: 'New run', icon: Plus, key: 'N', act: shell.openNewRun }] : []),
    { label: 'Light look', icon: Sun, key: '', act: () => applyTheme('light') },
    { label: 'Dark look', icon: Moon, key: '', act: () => applyTheme('dark') },
    { label: 'Look like the system', icon: MonitorSmartphone, key: '', act: () => applyTheme('system') },
    { label: 'Shortcuts', icon: Keyboard, key: '?', act: shell.openShortcuts },
    {
      label: 'Sign out',
      icon: LogOut,
      key: '',
      act: () => void signOut().catch((error: unknown) => toast.showError('You are still signed in.', error)),
    },
  ];
  return (
    <Command.Group heading="Actions" className={groupStyles}>
      {actions.map((action) => (
        <Command.Item
          key={action.label}
          value={`action ${action.label}`}
          onSelect={run(action.act)}
          className={itemStyles}
        >
          <Icon of={action.icon} className="text-muted" />
          <span className="flex-1">{action.label}</span>
          {action.key && <Kbd>{action.key}</Kbd>}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
