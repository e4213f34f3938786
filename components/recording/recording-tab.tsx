'use client';

import { useQuery } from '@tanstack/react-query';
import { Download, Link2, RefreshCw } from 'lucide-react';
import { type RefObject, useRef, useState } from 'react';
import { hasErrorCode } from '@/components/api/api-error';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { CopyId, useCopy } from '@/components/ui/copy-button';
import { downloadUrl } from '@/components/ui/download-url';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { formatBytes } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Meter } from '@/components/ui/meter';
import { useUrlState } from '@/components/ui/use-url-state';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { castQuery } from './cast-query';
import { recordingUrl } from './load-cast';
import { RecordingPlayer } from './recording-player';

export function RecordingTab({ run }: { run: Run }) {
  const { can } = useMe();
  if (!can('recordings.read')) {
    return (
      <EmptyState title="Recordings are not for your role">
        A recording may show what an agent read and wrote. Operators, auditors and admins may replay it. The live
        terminal is open to you while the run goes on.
      </EmptyState>
    );
  }
  return <Recording run={run} />;
}

function Recording({ run }: { run: Run }) {
  const [share, setShare] = useState(0);
  const live = isLiveRun(run.status);
  const redact = useUrlState().get('redact') === '1';
  const place = useRef<number | null>(null);
  const cast = useQuery(castQuery(run.id, redact, setShare));

  if (cast.isPending) return <Loading share={share} />;
  if (cast.isError) {
    if (hasErrorCode(cast.error, 'RECORDING_NOT_FOUND'))
      return (
        <EmptyState title="There is no recording">
          The run never had a terminal, or its file was moved away from the data directory.
        </EmptyState>
      );
    return (
      <ErrorState title="The recording could not be loaded" error={cast.error} onRetry={() => void cast.refetch()} />
    );
  }
  return (
    <Loaded
      run={run}
      live={live}
      cast={cast.data}
      place={place}
      redact={redact}
      reloading={cast.isFetching}
      onReload={() => void cast.refetch()}
    />
  );
}

function Loading({ share }: { share: number }) {
  const percent = Math.round(share * 100);
  return (
    <div
      role="status"
      aria-label="Loading the recording"
      className="flex h-[60dvh] flex-col items-center justify-center gap-2 rounded-lg border border-line bg-panel text-muted"
    >
      Loading the recording
      <Meter value={share} warnAt={2} label={`${percent} % loaded`} />
    </div>
  );
}

interface LoadedProps {
  run: Run;
  live: boolean;
  cast: Parameters<typeof RecordingPlayer>[0]['cast'];
  /** Where the player is, or was before it was loaded anew. */
  place: RefObject<number | null>;
  redact: boolean;
  reloading: boolean;
  onReload: () => void;
}

function Loaded({ run, live, cast, place, redact, reloading, onReload }: LoadedProps) {
  const url = useUrlState();
  const { copied, copy } = useCopy();
  const startAt = place.current ?? Number(url.get('t') ?? 0);
  const copyPlace = () =>
    copy(
      `${location.origin}/runs/${run.id}?tab=recording&t=${Math.floor((place.current ?? 0) * 10) / 10}${redact ? '&redact=1' : ''}`,
    );
  return (
    <section aria-label="Recording" className="flex min-h-0 flex-1 flex-col gap-2.5">
      <RecordingPlayer
        key={redact ? 'redacted' : 'whole'}
        cast={cast}
        startAt={Number.isFinite(startAt) ? startAt : 0}
        onPlace={(seconds) => {
          place.current = seconds;
        }}
        className="h-[60dvh] min-h-80 md:h-auto md:flex-1"
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <dl className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 text-muted">
          <dt className="sr-only">Size</dt>
          <dd>{run.recording ? formatBytes(run.recording.bytes) : live ? 'still being recorded' : 'size unknown'}</dd>
          {run.recording?.sha256 && (
            <div className="flex min-w-0 items-center gap-1.5">
              <dt>SHA-256</dt>
              <dd className="min-w-0">
                <CopyId id={run.recording.sha256} full className="[&>span]:max-w-[24ch]" />
              </dd>
            </div>
          )}
        </dl>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <label htmlFor="redact" className="mr-1 flex items-center gap-1.5 whitespace-nowrap text-muted">
            <Checkbox
              id="redact"
              checked={redact}
              onChange={(event) => url.set({ redact: event.target.checked ? '1' : undefined })}
            />
            Redact secrets
          </label>
          {live && (
            <Button pending={reloading} onClick={onReload}>
              <Icon of={RefreshCw} size={14} /> Load what came since
            </Button>
          )}
          <Button onClick={copyPlace}>
            <Icon of={Link2} /> {copied ? 'Copied' : 'Copy link to here'}
          </Button>
          <Button onClick={() => downloadUrl(recordingUrl(run.id, redact))}>
            <Icon of={Download} size={14} /> Download
          </Button>
        </div>
      </div>
      {run.recording?.truncated && (
        <p role="note" className="rounded-md bg-wait-ground px-3 py-2 text-wait">
          The recording stops before the run did: it reached its size limit, or the disk refused more.
        </p>
      )}
    </section>
  );
}
