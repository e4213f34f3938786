import type { Metadata } from 'next';
import { ApprovalsPage } from '@/components/approvals/approvals-page';

export const metadata: Metadata = { title: 'Approvals' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <ApprovalsPage />;
}
