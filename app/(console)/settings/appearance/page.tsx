import type { Metadata } from 'next';
import { AppearancePage } from '@/components/settings/appearance-page';

export const metadata: Metadata = { title: 'Appearance' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <AppearancePage />;
}
