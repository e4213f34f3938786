import type { Metadata } from 'next';
import { SetupForm } from '@/components/sign-in/setup-form';

export const metadata: Metadata = { title: 'Set up' };
export const dynamic = 'force-dynamic';

export default function SetupPage() {
  return <SetupForm />;
}
