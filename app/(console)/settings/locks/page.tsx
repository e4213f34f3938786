import type { Metadata } from 'next';
import { LocksPage } from '@/components/locks/locks-page';

export const metadata: Metadata = { title: 'Locks' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <LocksPage />;
}
