import type { Metadata } from 'next';
import { RunsPage } from '@/components/runs/runs-page';

export const metadata: Metadata = { title: 'Runs' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <RunsPage />;
}
