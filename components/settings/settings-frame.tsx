'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { useMe } from '@/components/api/use-me';
import { PageHeader } from '@/components/ui/page-header';
import { LinkTabs } from '@/components/ui/tabs';
import { sectionsFor } from './sections';

export function SettingsFrame({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const { me } = useMe();
  const sections = sectionsFor(me?.operator.role ?? 'viewer');
  return (
    <>
      <PageHeader title="Settings" />
      <div className="pt-1 pb-3">
        <LinkTabs
          label="Settings"
          items={sections}
          current={sections.find(({ href }) => pathname.startsWith(href))?.id ?? ''}
        />
      </div>
      {children}
    </>
  );
}
