import type { Metadata } from 'next';
import { CloudProfilesPage } from '@/components/credentials/cloud-profiles-page';

export const metadata: Metadata = { title: 'Cloud profiles' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <CloudProfilesPage />;
}
