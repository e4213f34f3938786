import { redirect } from 'next/navigation';
import { requireOperatorPage } from '@/app/session';
import { firstSection } from '@/components/settings/sections';

export const dynamic = 'force-dynamic';

export default async function Page() {
  const { operator } = await requireOperatorPage();
  redirect(firstSection(operator.role).href);
}
