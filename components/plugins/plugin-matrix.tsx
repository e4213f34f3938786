'use client';

import Link from 'next/link';
import { memo } from 'react';
import { cn } from '@/components/ui/cn';
import { printable } from '@/components/ui/printable';
import { useNow } from '@/components/ui/use-now';
import type { Plugin } from '@/lib/contracts/plugins';
import type { MatrixColumn } from './capabilities';
import { MatrixCell } from './matrix-cell';
import { onMatrixKey } from './matrix-keys';
import type { PluginAct } from './plugin-acts';
import { TierBadge } from './tier-badge';

interface PluginMatrixProps {
  plugins: readonly Plugin[];
  columns: readonly MatrixColumn[];
  selectedId: string | undefined;
  canGrant: boolean;
  onSelect: (plugin: Plugin) => void;
  onAct: (act: PluginAct) => void;
}

const headStyles = 'sticky top-0 z-10 h-8 border-line border-b bg-bg px-2.5 text-hint font-normal text-muted';

/** Scrolls by itself, both ways, with the plugins and the connectors staying in sight. */
export function PluginMatrix({ plugins, columns, selectedId, onSelect, ...rest }: PluginMatrixProps) {
  const now = useNow();
  return (
    <section aria-label="Plugins and connectors" className="relative max-h-[calc(100dvh-168px)] overflow-auto">
      <table
        aria-label="What each plugin may call"
        className="w-full border-separate border-spacing-0 text-left"
        onKeyDown={onMatrixKey}
      >
        <thead>
          <tr>
            <th scope="col" className={cn(headStyles, 'left-0 z-20 min-w-[148px]')}>
              Plugin
            </th>
            <th scope="col" className={headStyles}>
              Tier
            </th>
            {columns.map((column) => (
              <ConnectorHead key={column.id} column={column} />
            ))}
            <th scope="col" className={cn(headStyles, 'whitespace-nowrap text-right')}>
              Live runs
            </th>
          </tr>
        </thead>
        <tbody>
          {plugins.map((plugin, index) => (
            <PluginRow
              key={plugin.id}
              plugin={plugin}
              index={index}
              columns={columns}
              selected={plugin.id === selectedId}
              // Only a grant with an end changes as time goes by: the other rows stay as they are.
              nowMs={plugin.grants.some(({ expiresAt }) => expiresAt !== null) ? now : null}
              onSelect={onSelect}
              {...rest}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ConnectorHead({ column }: { column: MatrixColumn }) {
  const name = printable(column.id);
  return (
    <th scope="col" className={cn(headStyles, 'px-1.5 text-center')}>
      {column.exists ? (
        <Link
          href={`/connectors/${column.id}`}
          prefetch={false}
          title={printable(column.name)}
          className="inline-block max-w-[96px] truncate align-middle hover:text-text hover:underline"
        >
          {name}
        </Link>
      ) : (
        <span
          title={`${name}: no such connector has been added`}
          className="inline-block max-w-[96px] truncate align-middle italic"
        >
          {name}
          <span className="sr-only">, not added</span>
        </span>
      )}
    </th>
  );
}

interface PluginRowProps extends Omit<PluginMatrixProps, 'plugins' | 'selectedId'> {
  plugin: Plugin;
  index: number;
  selected: boolean;
  nowMs: number | null;
}

const PluginRow = memo(function PluginRow(props: PluginRowProps) {
  const { plugin, index, columns, selected, nowMs, canGrant, onSelect, onAct } = props;
  const ground = selected ? 'bg-sunk' : 'bg-bg group-hover/row:bg-sunk';
  const cell = cn('h-[38px] border-line border-b', ground);
  return (
    <tr className="group/row">
      <th scope="row" className={cn(cell, 'sticky left-0 z-[5] px-2.5 text-left font-normal')}>
        <button
          type="button"
          data-row={index}
          data-column={-1}
          aria-pressed={selected}
          onClick={() => onSelect(plugin)}
          className="flex max-w-[220px] items-baseline gap-1.5 text-left"
        >
          <span className="truncate font-medium">{printable(plugin.name)}</span>
          <span className="shrink-0 text-muted">{printable(plugin.version)}</span>
        </button>
      </th>
      <td className={cn(cell, 'px-2.5')}>
        <TierBadge tier={plugin.tier} />
      </td>
      {columns.map((column, at) => (
        <td key={column.id} className={cn(cell, 'px-1.5 text-center')}>
          <MatrixCell
            plugin={plugin}
            connectorId={column.id}
            nowMs={nowMs}
            canGrant={canGrant}
            onAct={onAct}
            row={index}
            column={at}
          />
        </td>
      ))}
      <td className={cn(cell, 'px-2.5 text-right', plugin.liveRuns === 0 && 'text-muted')}>
        {plugin.liveRuns > 0 ? (
          <Link
            href={`/runs?status=live&plugin=${plugin.id}`}
            prefetch={false}
            aria-label={`${plugin.liveRuns} live runs under ${printable(plugin.name)}`}
            className="hover:underline"
          >
            {plugin.liveRuns}
          </Link>
        ) : (
          0
        )}
      </td>
    </tr>
  );
});
