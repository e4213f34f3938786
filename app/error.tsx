'use client';

import { ErrorState } from '@/components/ui/error-state';

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="flex min-h-[70dvh] flex-col items-center justify-center">
      <ErrorState
        title="This page could not be shown"
        error={
          new Error(
            error.digest
              ? `The log of the server has the details under ${error.digest}.`
              : 'Reload it, or go back and try again.',
          )
        }
        onRetry={reset}
      />
    </main>
  );
}
