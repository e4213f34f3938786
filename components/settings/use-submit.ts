'use client';

import { type FormEvent, useState } from 'react';

/** One submission at a time; what was refused stays in the form with the server's words. */
export function useSubmit(act: () => Promise<void>) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      await act();
    } catch (cause) {
      setError(cause);
    }
    setPending(false);
  }
  return { pending, error, submit };
}
