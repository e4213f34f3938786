import type { Metadata } from 'next';
import { ConnectorsPage } from '@/components/connectors/connectors-page';

export const metadata: Metadata = { title: 'Connectors' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <ConnectorsPage />;
}
