'use client';

import { Bookmark, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Field } from '@/components/ui/field';
import { Icon } from '@/components/ui/icon';
import { Input } from '@/components/ui/input';
import { MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/menu-items';
import { useStoredState } from '@/components/ui/use-stored-state';

interface SavedView {
  name: string;
  search: string;
}
const givenViews: readonly SavedView[] = [
  { name: 'All runs', search: '' },
  { name: 'Live', search: 'status=live' },
  { name: 'Revoked or failed', search: 'status=failed,revoked,budget_exceeded' },
  { name: 'Live and idle', search: 'status=live&sort=lastActivityAt' },
];

/** Filters under a name, kept in this browser. */
export function SavedViews({ search, onPick }: { search: string; onPick: (search: string) => void }) {
  const [views, setViews] = useStoredState<SavedView[]>('gatehouse.views.runs', [], parseViews);
  const [naming, setNaming] = useState(false);
  return (
    <>
      <DropdownMenu
        trigger={
          <Button>
            <Icon of={Bookmark} size={14} />
            Views
          </Button>
        }
      >
        {givenViews.map((view) => (
          <MenuItem key={view.name} onSelect={() => onPick(view.search)}>
            {view.name}
          </MenuItem>
        ))}
        {views.length > 0 && <MenuLabel>Yours, in this browser</MenuLabel>}
        {views.map((view) => (
          <div key={view.name} className="flex items-center">
            <MenuItem className="min-w-0 flex-1" onSelect={() => onPick(view.search)}>
              <span className="truncate">{view.name}</span>
            </MenuItem>
            <MenuItem
              className="w-auto"
              aria-label={`Delete the view ${view.name}`}
              stayOpen
              onSelect={() => setViews(views.filter((each) => each !== view))}
            >
              <Icon of={Trash2} size={13} className="text-muted" />
            </MenuItem>
          </div>
        ))}
        <MenuSeparator />
        <MenuItem disabled={search === ''} onSelect={() => setNaming(true)}>
          Save this view…
        </MenuItem>
      </DropdownMenu>
      {naming && (
        <NameDialog
          onClose={() => setNaming(false)}
          onName={(name) => setViews([...views.filter((view) => view.name !== name), { name, search }])}
        />
      )}
    </>
  );
}

function NameDialog({ onClose, onName }: { onClose: () => void; onName: (name: string) => void }) {
  const [name, setName] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!name.trim()) return;
    onName(name.trim());
    onClose();
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save this view"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form="view-name" disabled={!name.trim()}>
            Save
          </Button>
        </>
      }
    >
      <form id="view-name" onSubmit={submit}>
        <Field label="Name" hint="Kept in this browser. To share a view, copy the address of the page.">
          {(control) => (
            <Input
              {...control}
              data-autofocus
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

function parseViews(stored: unknown): SavedView[] | null {
  if (!Array.isArray(stored)) return null;
  return stored.filter(
    (view: Partial<SavedView> | null): view is SavedView =>
      typeof view?.name === 'string' && typeof view.search === 'string',
  );
}
