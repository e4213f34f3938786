'use client';

import dynamic from 'next/dynamic';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { LeakBanner } from '@/components/leaks/leak-banner';
import { LockBanner } from '@/components/locks/lock-banner';
import { lockTargetsOf } from '@/components/locks/lock-words';
import { cn } from '@/components/ui/cn';
import { LinkTabs } from '@/components/ui/tabs';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { useUrlState } from '@/components/ui/use-url-state';
import { isLiveRun } from '@/lib/contracts/run-status';
import { hasTerminal, type RevokeResult, type Run } from '@/lib/contracts/runs';
import { ActivityTab } from './activity-tab';
import { EndNote } from './end-note';
import { ReportTab } from './report-tab';
import { RunAuditTab } from './run-audit-tab';
import { RunCredentialsTab, useCredentialCount } from './run-credentials-tab';
import { RevokeBar, RunHeader } from './run-header';
import { type RunTab, tabOf, tabsOf } from './run-tabs';
import { RunTokensTab } from './run-tokens-tab';
import { SessionTab } from './session-tab';
import { TerminalTab } from './terminal-tab';

const RecordingTab = dynamic(
  () => import('@/components/recording/recording-tab').then((module) => module.RecordingTab),
  { ssr: false },
);
const CallsTab = dynamic(() => import('@/components/calls/calls-tab').then((module) => module.CallsTab), {
  ssr: false,
});
const RunRevokeDialog = dynamic(() => import('./run-revoke-dialog').then((module) => module.RunRevokeDialog), {
  ssr: false,
});
const LockDialog = dynamic(() => import('@/components/locks/lock-dialog').then((module) => module.LockDialog), {
  ssr: false,
});

export function RunView({ run }: { run: Run }) {
  const url = useUrlState();
  const { can } = useMe();
  const tab = tabOf(run, url.get('tab'));
  const [watching, setWatching] = useState<readonly string[]>([]);
  const [revoking, setRevoking] = useState(false);
  const [locking, setLocking] = useState(false);
  const [revoked, setRevoked] = useState<RevokeResult | null>(null);
  const lockTargets = useMemo(() => lockTargetsOf(run), [run]);
  const credentials = useCredentialCount(run.id);
  const live = isLiveRun(run.status);
  const canRevoke = live && can('runs.control');
  useHotkeys({ 'shift+r': () => canRevoke && setRevoking(true) });
  // Once opened the terminal stays, hidden behind the other tabs: its line, its screen and who is in control are kept.
  const [terminalOpened, setTerminalOpened] = useState(tab === 'terminal');
  useEffect(() => {
    if (tab === 'terminal') setTerminalOpened(true);
  }, [tab]);
  useEffect(() => {
    document.title = `${run.title} · Gatehouse`;
  }, [run.title]);
  const select = (id: string) =>
    url.set({ tab: id, t: undefined, call: undefined, status: undefined, session: undefined });
  const openRecording = () => select('recording' satisfies RunTab);

  return (
    <div className={cn('flex flex-col', (tab === 'terminal' || tab === 'recording') && 'md:h-full')}>
      <RunHeader
        run={run}
        watching={watching.length}
        canRevoke={canRevoke}
        onRevoke={() => setRevoking(true)}
        onLock={can('runs.control') ? () => setLocking(true) : undefined}
      />
      <LeakBanner runId={run.id} />
      <LockBanner targets={lockTargets} />
      {!live && <EndNote run={run} revoked={revoked} />}
      <div className="mt-2 mb-3">
        <LinkTabs
          label="Parts of the run"
          current={tab}
          items={tabsOf(run, credentials).map((each) => ({ ...each, href: `/runs/${run.id}?tab=${each.id}` }))}
          onSelect={select}
        />
      </div>
      {hasTerminal(run) && terminalOpened && (
        <TerminalTab run={run} hidden={tab !== 'terminal'} onWatching={setWatching} onOpenRecording={openRecording} />
      )}
      {tab === 'session' && <SessionTab run={run} />}
      {tab === 'report' && <ReportTab run={run} />}
      {tab === 'calls' && <CallsTab run={run} />}
      {tab === 'tokens' && <RunTokensTab run={run} />}
      {tab === 'credentials' && <RunCredentialsTab run={run} />}
      {tab === 'activity' && <ActivityTab run={run} />}
      {tab === 'recording' && <RecordingTab run={run} />}
      {tab === 'audit' && <RunAuditTab runId={run.id} />}
      {canRevoke && (
        <RevokeBar watching={watching.length} onRevoke={() => setRevoking(true)} onLock={() => setLocking(true)} />
      )}
      {locking && <LockDialog target={{ kind: 'user', id: run.principal.userId }} onClose={() => setLocking(false)} />}
      {revoking && <RunRevokeDialog run={run} onClose={() => setRevoking(false)} onRevoked={setRevoked} />}
    </div>
  );
}
