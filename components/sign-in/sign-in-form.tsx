'use client';

import { type FormEvent, useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { fetchProviders, type SignInProvider, signInWithPassword, singleSignOnUrl } from './sign-in';

interface SignInFormProps {
  next: string;
  /** The error next-auth came back with from single sign-on. */
  failed: string | null;
}

export function SignInForm({ next, failed }: SignInFormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [pending, setPending] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(failed && new Error(singleSignOnFailure(failed)));
  const [providers, setProviders] = useState<SignInProvider[]>([]);

  useEffect(() => {
    // Without an answer here the password form still works, and says itself what is wrong.
    void fetchProviders().then(setProviders, () => undefined);
  }, []);

  async function attempt(name: string, act: () => Promise<string>) {
    setPending(name);
    setError(null);
    try {
      location.assign(await act());
    } catch (cause) {
      setError(cause);
      setPending(null);
    }
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    void attempt('password', async () => {
      await signInWithPassword(email, password);
      return next;
    });
  }

  return (
    <>
      <h1 className="pb-4 font-semibold text-title">Sign in</h1>
      <form onSubmit={submit} method="post" className="flex flex-col gap-3.5">
        <Field label="Email">
          {(control) => (
            <Input
              {...control}
              type="email"
              name="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              className="h-9"
            />
          )}
        </Field>
        <Field label="Password">
          {(control) => (
            <Input
              {...control}
              type="password"
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              className="h-9"
            />
          )}
        </Field>
        <InlineError error={error} />
        <Button
          type="submit"
          tone="primary"
          className="h-9"
          pending={pending === 'password'}
          disabled={pending !== null}
        >
          Sign in
        </Button>
      </form>
      {providers.map((provider) => (
        <Button
          key={provider.id}
          className="mt-3 h-9 w-full"
          pending={pending === provider.id}
          disabled={pending !== null}
          onClick={() => void attempt(provider.id, () => singleSignOnUrl(provider.id, next))}
        >
          {provider.name}
        </Button>
      ))}
    </>
  );
}

function singleSignOnFailure(code: string): string {
  if (code === 'NoAccount' || code === 'AccessDenied')
    return 'Your account at the provider is not an operator here. An admin can add you.';
  if (code === 'SessionRequired') return 'Sign in to see that page.';
  return 'Signing in with the provider failed. Try again, or use a password.';
}
