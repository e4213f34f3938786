import type { Metadata } from 'next';
import { RelayPage } from '@/components/relay/relay-page';

export const metadata: Metadata = { title: 'Relay' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <RelayPage />;
}
