'use client';

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { queryKeys, rowsOf, sessionsQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { useLiveEvents } from '@/components/live/live-provider';
import { SignOutEverywhereDialog } from '@/components/shell/operator-menu';
import { signOut } from '@/components/shell/sign-out';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DataTable } from '@/components/ui/data-table';
import { ErrorState } from '@/components/ui/error-state';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useToast } from '@/components/ui/toast';
import type { OperatorSession } from '@/lib/contracts/operators';
import { deviceWords } from './device-words';
import { OwnPasswordDialog } from './own-password-dialog';
import { Section } from './section';
import { sessionColumns } from './session-columns';
import { SessionCompact } from './session-compact';

/** What begins or ends one session; where all of them end, this page ends too. */
const sessionActions = ['sign_in', 'sign_out'];

export function SessionsPage() {
  const { me } = useMe();
  const client = useQueryClient();
  const list = useInfiniteQuery({ ...sessionsQuery(), staleTime: 0 });
  const rows = rowsOf(list.data);
  const columns = useTableColumns('sessions', sessionColumns);
  const [ending, setEnding] = useState<OperatorSession | null>(null);
  const [endingAll, setEndingAll] = useState(false);
  const [changing, setChanging] = useState(false);
  const reload = () => client.invalidateQueries({ queryKey: queryKeys.sessions });
  useLiveEvents((event) => {
    if (event.type !== 'audit.appended' || !sessionActions.includes(event.data.action)) return;
    const { target, data } = event.data;
    if (target === me?.operator.id && data.sessionId !== me?.sessionId) void reload();
  });
  return (
    <Section
      title="Your sessions"
      about="Where you are signed in. One that you do not know: end it, and change your password."
      actions={
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setChanging(true)}>Change your password</Button>
          <Button tone="stop-outline" onClick={() => setEndingAll(true)}>
            Sign out everywhere
          </Button>
        </div>
      }
    >
      {list.isPending && <SkeletonRows label="Loading sessions" rows={3} />}
      {list.isError && !list.data && (
        <ErrorState title="Your sessions could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {rows.length > 0 && (
        <DataTable
          label="Your sessions"
          columns={columns}
          rows={rows}
          rowId={(session) => session.id}
          rowName={(session) => deviceWords(session.userAgent)}
          compact={(session) => <SessionCompact session={session} />}
          actionsWidth={92}
          actions={(session) => (
            <Button
              size="small"
              aria-label={
                session.current ? 'Sign out here' : `End ${deviceWords(session.userAgent)} at ${session.address}`
              }
              onClick={() => setEnding(session)}
            >
              {session.current ? 'Sign out' : 'End'}
            </Button>
          )}
        />
      )}
      <LoadMore list={list} />
      {ending && <EndSessionDialog session={ending} onClose={() => setEnding(null)} onEnded={reload} />}
      {changing && me && <OwnPasswordDialog email={me.operator.email} onClose={() => setChanging(false)} />}
      <SignOutEverywhereDialog open={endingAll} onClose={() => setEndingAll(false)} />
    </Section>
  );
}

interface EndSessionDialogProps {
  session: OperatorSession;
  onClose: () => void;
  onEnded: () => Promise<void>;
}
function EndSessionDialog({ session, onClose, onEnded }: EndSessionDialogProps) {
  const toast = useToast();
  if (session.current) {
    return (
      <ConfirmDialog
        open
        onClose={onClose}
        title="Sign out here?"
        action="Sign out"
        stayAfterConfirm
        onConfirm={signOut}
      >
        This session ends. Your other sessions and all runs go on.
      </ConfirmDialog>
    );
  }
  async function end() {
    await callRoute('sessions.end', { params: { id: session.id } });
    toast.show('The session has ended.');
    await onEnded();
  }
  return (
    <ConfirmDialog open onClose={onClose} title="End this session?" action="End the session" onConfirm={end}>
      {deviceWords(session.userAgent)} at {session.address} is signed out at once.
    </ConfirmDialog>
  );
}
