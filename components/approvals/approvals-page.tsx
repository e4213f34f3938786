'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { approvalsQuery, rowsOf } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { cn } from '@/components/ui/cn';
import { EmptyState } from '@/components/ui/empty-state';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import type { Approval, ApprovalChoice } from '@/lib/contracts/approvals';
import { ApprovalButtons } from './approval-buttons';
import { ApprovalDetail } from './approval-detail';
import { ApprovalList } from './approval-list';
import { byAge } from './approval-words';
import { ApprovalsHeader } from './approvals-header';
import { useApprovalActs } from './use-approval-acts';
import { type ApprovalView, useApprovalView } from './use-approval-view';
import { useSelectedApproval } from './use-selected-approval';

const DenyDialog = dynamic(() => import('./deny-dialog').then((module) => module.DenyDialog), { ssr: false });
const ApproveTwiceDialog = dynamic(() => import('./approve-twice-dialog').then((module) => module.ApproveTwiceDialog), {
  ssr: false,
});

interface Asking {
  approval: Approval;
  choice: ApprovalChoice;
}

export function ApprovalsPage() {
  const view = useApprovalView();
  return <Approvals key={view.decided ? 'decided' : 'waiting'} view={view} />;
}

function Approvals({ view }: { view: ApprovalView }) {
  const { can } = useMe();
  const list = useInfiniteQuery(approvalsQuery(view.filter));
  const rows = useMemo(() => {
    const all = rowsOf(list.data);
    return view.decided ? all.filter((each) => each.status !== 'pending') : all.toSorted(byAge);
  }, [list.data, view.decided]);
  const selected = useSelectedApproval(rows[0]?.id ?? null);
  const known = rows.find((each) => each.id === selected.id);
  const [asking, setAsking] = useState<Asking | null>(null);
  const acts = useApprovalActs((decided) => selected.select(neighbour(rows, decided.id)?.id ?? null, 'moved on'));

  const step = (by: 1 | -1) => {
    const at = rows.findIndex((each) => each.id === selected.id);
    const next = at === -1 ? rows[0] : rows[at + by];
    if (!next) return;
    selected.select(next.id);
    document.querySelector(`[data-approval="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const choose = (approval: Approval, choice: ApprovalChoice) => {
    if (choice === 'deny' || approval.safety === 'destructive') setAsking({ approval, choice });
    else void acts.decide(approval, choice);
  };
  const onKey = (choice: ApprovalChoice) => () => {
    if (known?.status === 'pending' && can('runs.control') && selected.settled) choose(known, choice);
  };
  useHotkeys({
    j: () => step(1),
    k: () => step(-1),
    a: onKey('once'),
    r: onKey('run'),
    x: onKey('deny'),
    e: () => known?.status === 'pending' && can('runs.control') && void acts.extend(known),
  });

  return (
    <>
      <ApprovalsHeader view={view} waiting={view.decided ? null : rows.length} canDecide={can('runs.control')} />
      <div className="grid gap-4 pt-3 md:grid-cols-[minmax(260px,330px)_1fr]">
        <div className={cn(selected.named && 'max-md:hidden')}>
          <ApprovalList list={list} rows={rows} view={view} selectedId={selected.id} onSelect={selected.select} />
        </div>
        {(selected.id !== null || rows.length > 0) && (
          <div
            className={cn(
              'min-w-0 self-start rounded-lg border border-line bg-panel px-5 py-4 max-md:border-0 max-md:bg-transparent max-md:p-0',
              !selected.named && 'max-md:hidden',
            )}
          >
            {selected.id === null ? (
              <EmptyState title="Select a call to see exactly what it asks for" />
            ) : (
              <ApprovalDetail
                key={selected.id}
                id={selected.id}
                known={known}
                extending={acts.pending === 'extend'}
                onExtend={(approval) => void acts.extend(approval)}
                onBack={() => selected.select(null)}
                buttons={(approval) => (
                  <ApprovalButtons
                    pending={acts.pending}
                    ready={selected.settled}
                    onChoose={(choice) => choose(approval, choice)}
                  />
                )}
              />
            )}
          </div>
        )}
      </div>
      {asking?.choice === 'deny' && (
        <DenyDialog
          approval={asking.approval}
          onClose={() => setAsking(null)}
          onDeny={(reason) => acts.decide(asking.approval, 'deny', reason)}
        />
      )}
      {asking && asking.choice !== 'deny' && (
        <ApproveTwiceDialog
          approval={asking.approval}
          choice={asking.choice}
          onClose={() => setAsking(null)}
          onConfirm={() => acts.decide(asking.approval, asking.choice)}
        />
      )}
    </>
  );
}

/** The next one down, or the last where there is none further down. */
function neighbour(rows: readonly Approval[], id: string): Approval | undefined {
  const at = rows.findIndex((each) => each.id === id);
  const others = rows.filter((each) => each.id !== id);
  return others[Math.min(Math.max(at, 0), others.length - 1)];
}
