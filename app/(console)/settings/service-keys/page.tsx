import type { Metadata } from 'next';
import { ServiceKeysPage } from '@/components/settings/service-keys-page';

export const metadata: Metadata = { title: 'Service keys' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <ServiceKeysPage />;
}
