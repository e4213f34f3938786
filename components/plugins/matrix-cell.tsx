import { printable } from '@/components/ui/printable';
import type { Plugin } from '@/lib/contracts/plugins';
import { connectorCapability, grantOf, impliedBy, stateOf, stateWords } from './capabilities';
import { CellMark } from './cell-mark';
import type { PluginAct } from './plugin-acts';

interface MatrixCellProps {
  plugin: Plugin;
  connectorId: string;
  nowMs: number | null;
  canGrant: boolean;
  onAct: (act: PluginAct) => void;
  row: number;
  column: number;
}

/** A button only where a press does something: what the tier implies is changed by the tier alone. */
export function MatrixCell({ plugin, connectorId, nowMs, canGrant, onAct, row, column }: MatrixCellProps) {
  const capability = connectorCapability(connectorId);
  const state = stateOf(plugin, capability, nowMs);
  const words = describeCell(plugin, capability, nowMs);
  if (!canGrant || state === 'implied') {
    return (
      <span title={words} className="inline-flex align-middle">
        <CellMark state={state} />
        <span className="sr-only">{words}</span>
      </span>
    );
  }
  const granted = state === 'granted' || state === 'until';
  return (
    <button
      type="button"
      data-row={row}
      data-column={column}
      title={`${words}. ${granted ? 'Revoke' : 'Grant'}…`}
      aria-label={`${granted ? 'Revoke' : 'Grant'} ${capability} ${granted ? 'from' : 'to'} ${printable(plugin.name)}: ${words}`}
      onClick={() =>
        onAct(granted ? { kind: 'revoke', plugin, capability } : { kind: 'grant', plugin, capabilities: [capability] })
      }
      className="group/cell inline-flex rounded-md align-middle"
    >
      <CellMark state={state} className="group-hover/cell:border-text" />
    </button>
  );
}

/** "granted, because triage posts there": the state of a square as words. */
function describeCell(plugin: Plugin, capability: string, nowMs: number | null): string {
  const state = stateOf(plugin, capability, nowMs);
  const grant = grantOf(plugin, capability, nowMs);
  if (grant?.expiresAt && state === 'until')
    return `granted until ${grant.expiresAt.replace('T', ' ').slice(0, 16)} UTC`;
  if (state === 'granted' && grant?.reason) return `granted: ${printable(grant.reason)}`;
  const through = impliedBy(plugin, capability, nowMs);
  if (state === 'implied' && through === 'connector') return 'implied by connector, which was granted';
  return stateWords[state];
}
