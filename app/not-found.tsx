import Link from 'next/link';
import { buttonStyles } from '@/components/ui/button';

// Rendered per request like every page: a static one would carry no nonce.
export const dynamic = 'force-dynamic';

export default function NotFound() {
  return (
    <main className="flex min-h-[70dvh] flex-col items-center justify-center gap-2 px-6 text-center">
      <h1 className="font-semibold text-title">There is nothing here</h1>
      <p className="text-muted">The address is wrong, or what it named is gone.</p>
      <Link href="/" className={buttonStyles({ className: 'mt-3' })}>
        Go to the overview
      </Link>
    </main>
  );
}
