'use client';

import Link from 'next/link';
import { type FormEvent, useEffect, useState } from 'react';
import { ApiError, hasErrorCode } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { Button } from '@/components/ui/button';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Skeleton } from '@/components/ui/skeleton';
import { signInWithPassword } from './sign-in';

const shortestPassword = 12;

/** The one-time token travels behind the `#`, which no server and no proxy ever sees in a request. */
function useHashToken(): string | null | undefined {
  const [token, setToken] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    setToken(decodeURIComponent(location.hash.slice(1)) || null);
    // Out of the address bar and the history once read.
    history.replaceState(history.state, '', location.pathname);
  }, []);
  return token;
}

export function SetupForm() {
  const token = useHashToken();
  if (token === undefined) return <Skeleton className="h-40" />;
  if (token === null) {
    return (
      <>
        <h1 className="pb-2 font-semibold text-title">The setup link is incomplete</h1>
        <p className="text-muted">
          Open the whole link that the server printed in its log when it started: it ends in <code>/setup#</code> and a
          token. If set-up is done already, <SignInLink />.
        </p>
      </>
    );
  }
  return <AdminForm token={token} />;
}

function SignInLink() {
  return (
    <Link href="/login" className="text-info underline underline-offset-2">
      sign in
    </Link>
  );
}

function AdminForm({ token }: { token: string }) {
  const [values, setValues] = useState({ name: '', email: '', password: '', again: '' });
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const set = (name: keyof typeof values) => (event: { target: { value: string } }) =>
    setValues({ ...values, [name]: event.target.value });
  const differs = values.again !== '' && values.again !== values.password;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (differs) return;
    setPending(true);
    setError(null);
    const { name, email, password } = values;
    try {
      await callRoute('setup.create', { body: { token, name, email, password } });
      await signInWithPassword(email, password);
      location.assign('/');
    } catch (cause) {
      setError(
        cause instanceof ApiError && cause.code === 'UNAUTHENTICATED'
          ? new Error('The admin was created. Sign in on the next page.')
          : cause,
      );
      setPending(false);
    }
  }

  return (
    <>
      <h1 className="pb-1 font-semibold text-title">Create the first admin</h1>
      <p className="pb-4 text-muted">An admin adds everybody else, in Settings.</p>
      <form onSubmit={(event) => void submit(event)} method="post" className="flex flex-col gap-3.5">
        <Field label="Name">
          {(control) => (
            <Input
              {...control}
              required
              autoFocus
              autoComplete="name"
              maxLength={100}
              value={values.name}
              onChange={set('name')}
              className="h-9"
            />
          )}
        </Field>
        <Field label="Email">
          {(control) => (
            <Input
              {...control}
              required
              type="email"
              autoComplete="username"
              value={values.email}
              onChange={set('email')}
              className="h-9"
            />
          )}
        </Field>
        <Field label="Password" hint={`At least ${shortestPassword} characters. Length is what counts.`}>
          {(control) => (
            <Input
              {...control}
              required
              type="password"
              autoComplete="new-password"
              minLength={shortestPassword}
              maxLength={256}
              value={values.password}
              onChange={set('password')}
              className="h-9"
            />
          )}
        </Field>
        <Field label="Password again" error={differs ? 'The two passwords differ.' : null}>
          {(control) => (
            <Input
              {...control}
              required
              type="password"
              autoComplete="new-password"
              value={values.again}
              onChange={set('again')}
              className="h-9"
            />
          )}
        </Field>
        <InlineError error={error} />
        {hasErrorCode(error, 'SETUP_DONE') && (
          <p className="text-muted">
            Somebody has created the admin: <SignInLink />.
          </p>
        )}
        <Button type="submit" tone="primary" className="h-9" pending={pending} disabled={differs}>
          Create the admin
        </Button>
      </form>
    </>
  );
}
