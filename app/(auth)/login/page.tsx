import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentActor } from '@/app/session';
import { nextPath } from '@/components/sign-in/next-path';
import { SignInForm } from '@/components/sign-in/sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };
export const dynamic = 'force-dynamic';

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { next, error } = await searchParams;
  const target = nextPath(next);
  if (await currentActor()) redirect(target);
  return <SignInForm next={target} failed={typeof error === 'string' ? error : null} />;
}
