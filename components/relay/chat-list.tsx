'use client';

import { ChevronDown, Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { Dialog } from '@/components/ui/dialog';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Field } from '@/components/ui/field';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { MenuItem, MenuRadioGroup, MenuRadioItem, MenuSeparator } from '@/components/ui/menu-items';
import { printable } from '@/components/ui/printable';
import { RelativeTime } from '@/components/ui/time';
import type { Chat } from './conversation';

interface ChatChoiceProps {
  chats: readonly Chat[];
  chatId: string;
  onChoose: (id: string) => void;
  mayOpen: boolean;
}

/** The chats beside the conversation, where there is room. */
export function ChatList({ chats, chatId, onChoose, mayOpen }: ChatChoiceProps) {
  const [naming, setNaming] = useState(false);
  return (
    <nav aria-label="Chats" className="flex w-52 shrink-0 flex-col gap-0.5 overflow-y-auto max-md:hidden">
      <div className="flex h-7 items-center justify-between">
        <h2 className="text-hint text-muted">Chats</h2>
        {mayOpen && (
          <IconButton label="New chat" onClick={() => setNaming(true)}>
            <Icon of={Plus} size={14} />
          </IconButton>
        )}
      </div>
      {chats.map((chat) => (
        <button
          key={chat.id}
          type="button"
          aria-current={chat.id === chatId ? 'true' : undefined}
          title={printable(chat.id)}
          onClick={() => onChoose(chat.id)}
          className={cn(
            'flex h-8 shrink-0 items-center gap-2 rounded-md border border-transparent px-2 text-left text-muted hover:text-text',
            chat.id === chatId && 'border-line bg-panel font-medium text-text',
          )}
        >
          <span className="min-w-0 flex-1 truncate">{printable(chat.name)}</span>
          {chat.lastAt && <RelativeTime at={chat.lastAt} suffix="" className="font-normal text-hint text-muted" />}
        </button>
      ))}
      {naming && <NewChatDialog onClose={() => setNaming(false)} onChoose={onChoose} />}
    </nav>
  );
}

/** The same in the head of the conversation, on a phone. */
export function ChatChoice({ chats, chatId, onChoose, mayOpen }: ChatChoiceProps) {
  const [naming, setNaming] = useState(false);
  const current = chats.find(({ id }) => id === chatId);
  return (
    <>
      <DropdownMenu
        align="start"
        trigger={
          <button type="button" className="flex h-9 min-w-0 items-center gap-1 font-medium md:hidden">
            <span className="truncate">{printable(current?.name ?? chatId)}</span>
            <Icon of={ChevronDown} size={14} className="shrink-0 text-muted" />
          </button>
        }
      >
        <MenuRadioGroup value={chatId} onChange={onChoose}>
          {chats.map(({ id, name }) => (
            <MenuRadioItem key={id} value={id}>
              {printable(name)}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        {mayOpen && (
          <>
            <MenuSeparator />
            <MenuItem onSelect={() => setNaming(true)}>New chat…</MenuItem>
          </>
        )}
      </DropdownMenu>
      {naming && <NewChatDialog onClose={() => setNaming(false)} onChoose={onChoose} />}
    </>
  );
}

function NewChatDialog({ onClose, onChoose }: { onClose: () => void; onChoose: (id: string) => void }) {
  const [name, setName] = useState('');
  const trimmed = name.trim();
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (trimmed === '') return;
    onClose();
    onChoose(trimmed);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="New chat"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form="new-chat" disabled={trimmed === ''}>
            Open the chat
          </Button>
        </>
      }
    >
      <form id="new-chat" onSubmit={open} className="pb-1">
        <Field
          label="Name"
          hint="A conversation of its own for the gateway, shared by the operators who open it by this name."
        >
          {(control) => (
            <Input
              {...control}
              data-autofocus
              required
              maxLength={100}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
