import type { Metadata } from 'next';
import { PluginPage } from '@/components/plugins/plugin-page';

export const metadata: Metadata = { title: 'Plugin' };
export const dynamic = 'force-dynamic';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <PluginPage id={decodeURIComponent(id)} />;
}
