import type { ReactNode } from 'react';
import { requireOperatorPage } from '@/app/session';
import { ConsoleProviders } from '@/components/shell/console-providers';
import { ConsoleShell } from '@/components/shell/console-shell';
import { runtime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const startSeq = runtime().bus.lastSeq;
  const me = await requireOperatorPage();
  return (
    <ConsoleProviders me={me} startSeq={startSeq}>
      <ConsoleShell>{children}</ConsoleShell>
    </ConsoleProviders>
  );
}
