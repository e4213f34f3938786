'use client';

import { ChevronDown, ChevronRight, Wrench } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { Dot, StatusDot } from '@/components/ui/status-dot';
import { type Column, useTableColumns } from '@/components/ui/table-columns';
import type { Connector, ConnectorTool } from '@/lib/contracts/connectors';
import { modeTones, modeWords } from './connector-words';
import { ToolDetails } from './tool-details';

const ToolDialog = dynamic(() => import('./tool-dialog').then((module) => module.ToolDialog), { ssr: false });

export function ToolsTab({ connector }: { connector: Connector }) {
  const { can } = useMe();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [changing, setChanging] = useState<ConnectorTool | null>(null);
  const toggle = ({ name }: ConnectorTool) =>
    setOpen((current) => {
      const next = new Set(current);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  const columns = useTableColumns('tools', toolColumns(open, toggle));
  const tools = useMemo(() => [...connector.tools].sort((a, b) => (a.name < b.name ? -1 : 1)), [connector.tools]);
  if (tools.length === 0) {
    return (
      <>
        <EmptyState
          icon={Wrench}
          title={connector.status === 'ready' ? 'It offers no tools' : 'No tools are known yet'}
        >
          {connector.status !== 'ready' && 'They are asked for when it answers.'}
        </EmptyState>
        <NotOffered connector={connector} />
      </>
    );
  }
  return (
    <>
      <DataTable
        label="Tools"
        columns={columns}
        rows={tools}
        rowId={(tool) => tool.name}
        rowName={(tool) => tool.name}
        onOpen={toggle}
        compact={(tool) => <ToolCompact tool={tool} />}
        expanded={(tool) => open.has(tool.name) && <ToolDetails tool={tool} />}
        actionsWidth={92}
        actions={
          can('settings.manage')
            ? (tool) => (
                <Button
                  size="small"
                  aria-label={`Change ${printable(tool.name)}`}
                  onClick={() => setChanging(tool)}
                  className="md:opacity-0 md:focus-visible:opacity-100 md:group-focus-within/row:opacity-100 md:group-hover/row:opacity-100"
                >
                  Change…
                </Button>
              )
            : undefined
        }
      />
      <NotOffered connector={connector} />
      {changing && <ToolDialog connectorId={connector.id} tool={changing} onClose={() => setChanging(null)} />}
    </>
  );
}

/** Tools its server lists that nobody may call: left out without a word they would be looked for. */
function NotOffered({ connector: { notOffered } }: { connector: Connector }) {
  if (notOffered.length === 0) return null;
  return (
    <section aria-label="Tools that are not offered" className="pt-5">
      <h2 className="pb-1 font-medium">Not offered to anybody</h2>
      <ul className="border-line border-t">
        {notOffered.map(({ name, reason }) => (
          <li key={name} className="flex flex-wrap gap-x-4 border-line border-b px-2.5 py-2">
            <code className="break-all">{printable(name)}</code>
            <span className="text-muted">{printable(reason)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function toolColumns(open: ReadonlySet<string>, toggle: (tool: ConnectorTool) => void): Column<ConnectorTool>[] {
  return [
    {
      id: 'tool',
      header: 'Tool',
      width: 250,
      cell: (tool) => (
        <button
          type="button"
          aria-expanded={open.has(tool.name)}
          title={printable(tool.name)}
          onClick={() => toggle(tool)}
          className="flex w-full items-center gap-1.5 text-left"
        >
          <Icon of={open.has(tool.name) ? ChevronDown : ChevronRight} size={14} className="shrink-0 text-muted" />
          <code className="truncate">{printable(tool.name)}</code>
        </button>
      ),
    },
    { id: 'class', header: 'Class', width: 110, cell: (tool) => tool.safety },
    {
      id: 'mode',
      header: 'A call of it',
      width: 180,
      cell: (tool) => <StatusDot tone={modeTones[tool.approval]}>{modeWords[tool.approval]}</StatusDot>,
    },
    {
      id: 'why',
      header: 'Why',
      width: 300,
      wideOnly: true,
      cell: (tool) => (
        <span className="text-muted" title={printable(tool.why)}>
          {printable(tool.why)}
        </span>
      ),
    },
    {
      id: 'description',
      header: 'What it says of itself',
      cell: (tool) => <span className="text-muted">{printable(tool.description)}</span>,
    },
  ];
}

function ToolCompact({ tool }: { tool: ConnectorTool }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={modeTones[tool.approval]} />
        <code className="min-w-0 flex-1 truncate">{printable(tool.name)}</code>
        <span className="text-muted">{tool.safety}</span>
      </span>
      <span className="truncate pl-[15px] text-muted">
        {modeWords[tool.approval]} · {printable(tool.why)}
      </span>
    </span>
  );
}
