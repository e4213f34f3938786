import type { ReactNode } from 'react';
import { Mark } from '@/components/shell/mark';

export const dynamic = 'force-dynamic';

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-[360px]">
        <div className="flex items-center gap-2 pb-6 font-semibold text-[15px]">
          <Mark className="size-6" />
          Gatehouse
        </div>
        {children}
      </div>
    </main>
  );
}
