import type { Metadata } from 'next';
import { CredentialsPage } from '@/components/credentials/credentials-page';

export const metadata: Metadata = { title: 'Credentials' };
export const dynamic = 'force-dynamic';

export default function Page() {
  return <CredentialsPage />;
}
