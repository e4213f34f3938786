import type { Metadata } from 'next';
import { WebhooksPage } from '@/components/webhooks/webhooks-page';

export const metadata: Metadata = { title: 'Webhooks' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <WebhooksPage />;
}
