'use client';

import type { ReactNode } from 'react';
import { QueryProvider } from '@/components/api/query-provider';
import { LiveProvider } from '@/components/live/live-provider';
import { ToastProvider } from '@/components/ui/toast';
import type { Me } from '@/lib/contracts/operators';

interface ConsoleProvidersProps {
  me: Me;
  /** The number of the last live event when the page was made. */
  startSeq: number;
  children: ReactNode;
}

/** Everything the console's pages stand on in the browser. */
export function ConsoleProviders({ me, startSeq, children }: ConsoleProvidersProps) {
  return (
    <QueryProvider me={me}>
      <ToastProvider>
        <LiveProvider startSeq={startSeq}>{children}</LiveProvider>
      </ToastProvider>
    </QueryProvider>
  );
}
