'use client';

import { Dialog } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import { allNav } from './nav-items';
import { useNav } from './use-nav';

const anywhere = [
  { keys: ['⌘', 'K'], does: 'Search or run a command' },
  { keys: ['/'], does: 'Search this page' },
  { keys: ['N'], does: 'New run' },
  { keys: ['?'], does: 'This list' },
];
const lists = [
  { keys: ['J', 'K'], does: 'Next or previous row, also ↓ and ↑' },
  { keys: ['X'], does: 'Select the row, also space' },
  { keys: ['⇧', '↓'], does: 'Select and move on' },
  { keys: ['↵'], does: 'Open the row' },
  { keys: ['⇧', 'R'], does: 'Revoke what is selected or open' },
  { keys: ['Esc'], does: 'Clear the selection, close what is open' },
];

const approvals = [
  { keys: ['J', 'K'], does: 'Next or previous call' },
  { keys: ['A'], does: 'Approve once' },
  { keys: ['R'], does: 'Approve for this run' },
  { keys: ['X'], does: 'Deny with a reason' },
  { keys: ['E'], does: 'Extend by 5 minutes' },
];

export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const pages = useNav(allNav);
  return (
    <Dialog open onClose={onClose} title="Shortcuts" width="wide">
      <div className="grid gap-x-10 gap-y-5 pb-3 sm:grid-cols-2">
        <Group title="Anywhere" rows={anywhere} />
        <Group title="Go to" rows={pages.map((item) => ({ keys: ['G', item.key.toUpperCase()], does: item.label }))} />
        <Group title="In a list" rows={lists} />
        <Group title="On approvals" rows={approvals} />
      </div>
    </Dialog>
  );
}

function Group({ title, rows }: { title: string; rows: readonly { keys: readonly string[]; does: string }[] }) {
  return (
    <section>
      <h3 className="pb-1 text-hint text-muted">{title}</h3>
      <dl>
        {rows.map((row) => (
          <div key={row.does} className="flex h-8 items-center justify-between gap-4 border-line border-b">
            <dt>{row.does}</dt>
            <dd className="flex gap-1">
              {row.keys.map((key) => (
                <Kbd key={key} className="max-md:inline-flex">
                  {key}
                </Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
