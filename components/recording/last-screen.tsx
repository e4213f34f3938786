'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { screenStyles } from '@/components/terminal/screen-styles';
import { cn } from '@/components/ui/cn';
import type { Cast } from './cast';
import { castQuery } from './cast-query';
import { useCastScreen } from './use-cast-screen';

/** What the terminal showed last, from the recording of a run that has ended. */
export function LastScreen({ runId }: { runId: string }) {
  const { data } = useQuery(castQuery(runId, false));
  return data ? <EndOf cast={data} /> : null;
}

const ignoreState = () => undefined;

function EndOf({ cast }: { cast: Cast }) {
  const frame = useRef<HTMLDivElement>(null);
  const player = useCastScreen(frame, cast, ignoreState);
  useEffect(() => player?.playback.seek(Number.POSITIVE_INFINITY), [player]);
  return <div ref={frame} className={cn('absolute inset-0 m-2 mr-0 overflow-hidden', screenStyles)} />;
}
