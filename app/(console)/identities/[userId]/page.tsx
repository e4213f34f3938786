import type { Metadata } from 'next';
import { IdentityPage } from '@/components/identities/identity-page';

export const metadata: Metadata = { title: 'Identity' };
export const dynamic = 'force-dynamic';

interface PageProps {
  params: Promise<{ userId: string }>;
  searchParams: Promise<{ platform?: string | string[] }>;
}

export default async function Page({ params, searchParams }: PageProps) {
  const { userId } = await params;
  const { platform } = await searchParams;
  return (
    <IdentityPage
      userId={decodeURIComponent(userId)}
      platform={typeof platform === 'string' && platform !== '' ? platform : 'console'}
    />
  );
}
