import type { Metadata } from 'next';
import { InstancePage } from '@/components/relay/instance-page';

export const metadata: Metadata = { title: 'Relay instance' };
export const dynamic = 'force-dynamic';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <InstancePage id={decodeURIComponent(id)} />;
}
