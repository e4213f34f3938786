'use client';

import type { ReactNode } from 'react';
import { QueryProvider } from '@/components/api/query-provider';
import { LiveProvider } from '@/components/live/live-provider';
import { ToastProvider } from '@/components/ui/toast';
import type { Me } from '@/lib/contracts/operators';

/** Everything the console's pages stand on in the browser. */
export function ConsoleProviders({ me, children }: { me: Me; children: ReactNode }) {
  return (
    <QueryProvider me={me}>
      <ToastProvider>
        <LiveProvider>{children}</LiveProvider>
      </ToastProvider>
    </QueryProvider>
  );
}
