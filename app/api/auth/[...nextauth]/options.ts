/** next-auth's options for one request. Its cookie holds `{ sid }`, encrypted; all else is read from the database each time. */
import type { AuthOptions, LoggerInstance } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { cookiePolicy } from '@/app/auth-cookies';
import { AppError, toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Runtime } from '@/lib/runtime';
import { oidcProvider, operatorOfProfile } from './oidc';
import { type SignInAttemptState, verifyCredentials } from './sign-in';

export function authOptions(runtime: Runtime, state: SignInAttemptState): AuthOptions {
  const { authSecret, config, sessions } = runtime;
  const providers: AuthOptions['providers'] = [
    CredentialsProvider({
      id: 'credentials',
      name: 'Password',
      credentials: { email: { type: 'email' }, password: { type: 'password' } },
      authorize: (credentials) =>
        keepRefusal(state, null, async () => {
          const operator = await verifyCredentials(credentials, state, runtime);
          state.operatorId = operator?.id ?? null;
          return operator && { id: operator.id };
        }),
    }),
  ];
  if (config.oidc) providers.push(oidcProvider(config.oidc));

  return {
    providers,
    secret: authSecret,
    useSecureCookies: cookiePolicy(config.publicUrl).secure,
    session: { strategy: 'jwt', maxAge: limits.sessionMaxAgeMs / 1000 },
    pages: { signIn: '/login', error: '/login' },
    logger: loggerOf(runtime),
    callbacks: {
      signIn: ({ account, profile }) =>
        keepRefusal(state, false, async () => {
          if (account?.provider !== 'oidc') return true;
          state.operatorId = await operatorOfProfile(profile, state, runtime);
          return state.operatorId ? true : '/login?error=NoAccount';
        }),
      async jwt({ token, account }) {
        if (!account) return { sid: token.sid };
        return keepRefusal(state, {}, async () => ({ sid: await beginSession(account.provider, state, runtime) }));
      },
      async session({ session, token }) {
        const actor = await keepRefusal(state, null, async () =>
          typeof token.sid === 'string' ? sessions.resolve(token.sid) : null,
        );
        // next-auth answers a throw here with no session and takes the cookie back.
        if (!actor) throw new AppError('UNAUTHENTICATED');
        return { expires: session.expires, user: { id: actor.id, email: actor.email, role: actor.role } };
      },
    },
    events: {
      signOut: ({ token }) =>
        keepRefusal(state, undefined, async () => {
          const actor = typeof token?.sid === 'string' ? await sessions.resolve(token.sid) : null;
          if (actor) await sessions.end(actor.sessionId, actor);
        }),
    },
  };
}

async function beginSession(provider: string, state: SignInAttemptState, { sessions }: Runtime): Promise<string> {
  const { address, operatorId, previousSessionId, userAgent } = state;
  if (!operatorId) throw new AppError('UNAUTHENTICATED');
  const sessionId = await sessions.start({
    operatorId,
    address,
    userAgent,
    method: provider === 'oidc' ? 'oidc' : 'password',
  });
  const previous = previousSessionId ? await sessions.resolve(previousSessionId) : null;
  if (previous) await sessions.end(previous.sessionId, previous);
  return sessionId;
}

/** next-auth turns what its callbacks throw into redirects of its own; the route answers with the real reason. */
async function keepRefusal<T, U>(state: SignInAttemptState, otherwise: U, work: () => Promise<T>): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    state.refusal = toAppError(error);
    return otherwise;
  }
}

/** An ended session is no fault of the server. What next-auth adds to a message may hold tokens, so only codes are logged. */
function loggerOf({ log }: Runtime): Partial<LoggerInstance> {
  return {
    error: (code, metadata) => {
      if (code !== 'JWT_SESSION_ERROR') log.warn({ code, reason: messageOf(metadata) }, 'sign-in failed');
    },
    warn: (code) => log.debug({ code }, 'next-auth'),
    debug: () => undefined,
  };
}

function messageOf(metadata: unknown): string {
  if (metadata instanceof Error) return metadata.message;
  const inner = typeof metadata === 'object' && metadata !== null && 'error' in metadata ? metadata.error : null;
  return inner instanceof Error ? inner.message : '';
}
