import type { ReactNode } from 'react';
import { requireOperatorPage } from '@/app/session';
import { ConsoleProviders } from '@/components/shell/console-providers';
import { ConsoleShell } from '@/components/shell/console-shell';

export const dynamic = 'force-dynamic';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const me = await requireOperatorPage();
  return (
    <ConsoleProviders me={me}>
      <ConsoleShell>{children}</ConsoleShell>
    </ConsoleProviders>
  );
}
