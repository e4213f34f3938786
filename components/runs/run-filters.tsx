'use client';

import { ChevronDown } from 'lucide-react';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { MenuChip, TextChip } from '@/components/ui/filter-chip';
import { Icon } from '@/components/ui/icon';
import { MenuCheckItem, MenuRadioGroup, MenuRadioItem, MenuSeparator } from '@/components/ui/menu-items';
import { runStatuses } from '@/lib/contracts/run-status';
import { kindWords, parseStatuses, runSortWords, type StatusWord, statusWord, type useRunFilter } from './run-filter';

export function RunFilters({ filter, sort, url }: ReturnType<typeof useRunFilter>) {
  const statuses = parseStatuses(filter.status);
  const toggle = (word: StatusWord) => {
    const next = statuses.includes(word) ? statuses.filter((each) => each !== word) : [...statuses, word];
    url.set({ status: next.join(',') || undefined });
  };
  const setKind = (kind: string | undefined) => url.set({ kind });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <MenuChip
        label="Status"
        value={statuses.length > 0 ? statuses.map(statusWord).join(', ') : undefined}
        onClear={() => url.set({ status: undefined })}
      >
        <StatusCheck word="live" {...{ statuses, toggle }} />
        <StatusCheck word="ended" {...{ statuses, toggle }} />
        <MenuSeparator />
        {runStatuses.map((word) => (
          <StatusCheck key={word} word={word} {...{ statuses, toggle }} />
        ))}
      </MenuChip>
      <MenuChip label="Kind" value={filter.kind && kindWords[filter.kind]} onClear={() => setKind(undefined)}>
        <MenuRadioGroup value={filter.kind ?? ''} onChange={setKind}>
          <MenuRadioItem value="pty">{kindWords.pty}</MenuRadioItem>
          <MenuRadioItem value="external">{kindWords.external}</MenuRadioItem>
          <MenuRadioItem value="relay">{kindWords.relay}</MenuRadioItem>
        </MenuRadioGroup>
      </MenuChip>
      <TextChip label="User" value={filter.userId} placeholder="user id" onChange={(user) => url.set({ user })} />
      <TextChip
        label="Project"
        value={filter.projectId}
        placeholder="project id"
        onChange={(project) => url.set({ project })}
      />
      <TextChip
        label="Plugin"
        value={filter.pluginId}
        placeholder="plugin id"
        onChange={(plugin) => url.set({ plugin })}
      />
      <TextChip
        label="Text"
        value={filter.q}
        placeholder="title, id or command"
        search
        onChange={(q) => url.set({ q })}
      />
      <DropdownMenu
        trigger={
          <button
            type="button"
            className="ml-auto inline-flex h-6 items-center gap-1 rounded-md text-muted hover:text-text max-md:h-9"
          >
            {runSortWords[sort]}
            <Icon of={ChevronDown} size={13} />
          </button>
        }
      >
        <MenuRadioGroup value={sort} onChange={(next) => url.set({ sort: next === '-startedAt' ? undefined : next })}>
          {Object.entries(runSortWords).map(([value, words]) => (
            <MenuRadioItem key={value} value={value}>
              {words}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </DropdownMenu>
    </div>
  );
}

interface StatusCheckProps {
  word: StatusWord;
  statuses: StatusWord[];
  toggle: (word: StatusWord) => void;
}
function StatusCheck({ word, statuses, toggle }: StatusCheckProps) {
  return (
    <MenuCheckItem checked={statuses.includes(word)} onCheckedChange={() => toggle(word)}>
      {statusWord(word)}
    </MenuCheckItem>
  );
}
