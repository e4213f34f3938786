import type { Metadata } from 'next';
import { ConnectorPage } from '@/components/connectors/connector-page';

export const metadata: Metadata = { title: 'Connector' };
export const dynamic = 'force-dynamic';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <ConnectorPage id={decodeURIComponent(id)} />;
}
