/**
 * Single sign-on through an OpenID Connect provider. Nobody is let in for having an account there: the subject, or the
 * first time its verified email, must belong to an operator that an admin made.
 */
import type { Profile } from 'next-auth';
import type { OAuthConfig } from 'next-auth/providers/oauth';
import { z } from 'zod';
import type { Config } from '@/lib/platform/config';
import type { Runtime } from '@/lib/runtime';
import { recordRefusal, type SignInAttemptState } from './sign-in';

const claims = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().max(254).optional(),
  email_verified: z.union([z.boolean(), z.literal('true')]).optional(),
});

export function oidcProvider({ issuer, clientId, clientSecret }: NonNullable<Config['oidc']>): OAuthConfig<Profile> {
  return {
    id: 'oidc',
    name: 'Single sign-on',
    type: 'oauth',
    wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    authorization: { params: { scope: 'openid email profile' } },
    userinfo: {
      // Providers differ in where they put the email. The library refuses a userinfo answer about another subject.
      async request({ client, tokens }) {
        const tokenSet = tokens as Awaited<ReturnType<typeof client.callback>>;
        const hasEndpoint = client.issuer.metadata.userinfo_endpoint !== undefined;
        return { ...tokenSet.claims(), ...(hasEndpoint && (await client.userinfo(tokenSet))) };
      },
    },
    profile: (profile) => ({ id: profile.sub ?? '', email: profile.email ?? null }),
  };
}

/** The operator this profile may sign in as, or null after recording the refusal. */
export async function operatorOfProfile(
  profile: Profile | undefined,
  { address }: SignInAttemptState,
  runtime: Runtime,
): Promise<string | null> {
  const parsed = claims.safeParse(profile);
  const email = parsed.data?.email?.toLowerCase();
  const isVerified = parsed.data?.email_verified === true || parsed.data?.email_verified === 'true';
  const operator = parsed.success
    ? await runtime.operators.matchIdentity({
        subject: parsed.data.sub,
        verifiedEmail: email && isVerified ? email : null,
      })
    : null;
  if (!operator) await recordRefusal(runtime, { account: email ?? '', address, reason: 'single_sign_on' });
  return operator?.id ?? null;
}
