import type { Metadata } from 'next';
import { IdentitiesPage } from '@/components/identities/identities-page';

export const metadata: Metadata = { title: 'Identities' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <IdentitiesPage />;
}
