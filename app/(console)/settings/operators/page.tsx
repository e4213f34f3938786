import type { Metadata } from 'next';
import { OperatorsPage } from '@/components/settings/operators-page';

export const metadata: Metadata = { title: 'Operators' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <OperatorsPage />;
}
