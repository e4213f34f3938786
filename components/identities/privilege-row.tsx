'use client';

import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { printable } from '@/components/ui/printable';
import { RelativeTime } from '@/components/ui/time';
import type { IdentityDetail, PrivilegeSource, ShownScope } from '@/lib/contracts/identities';
import { isDangerous, privilegeTable } from '@/lib/contracts/privileges';
import { identityHref, isOwnSource, sameScope, scopeWords } from './identity-words';

interface PrivilegeRowProps {
  privilege: IdentityDetail['effective'][number]['privileges'][number];
  identity: IdentityDetail;
  /** The place this row is about. */
  scope: ShownScope;
  onRemove: () => void;
}

/** One privilege: what it allows, and who gave it where and why. Only what was given right here is removed here. */
export function PrivilegeRow({ privilege: { name, from }, identity, scope, onRemove }: PrivilegeRowProps) {
  const own = from.some((source) => isOwnSource(source, identity.userId, scope));
  return (
    <li className="flex min-h-[38px] items-center gap-3 border-line border-b py-1.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <code>{name}</code>
          {isDangerous(name) && <Badge>dangerous</Badge>}
          <span className="text-muted">{privilegeTable[name].allows}</span>
        </p>
        {from.map((source) => (
          <p key={`${source.userId} ${scopeWords(source.scope)}`} className="text-hint text-muted">
            <SourceWords source={source} identity={identity} scope={scope} />
          </p>
        ))}
      </div>
      {own && (
        <Button tone="stop-outline" size="small" aria-label={`Remove ${name} ${scopeWords(scope)}`} onClick={onRemove}>
          Remove…
        </Button>
      )}
    </li>
  );
}

function SourceWords({
  source,
  identity,
  scope,
}: {
  source: PrivilegeSource;
  identity: IdentityDetail;
  scope: ShownScope;
}) {
  const { userId, given } = source;
  return (
    <>
      {userId !== identity.userId && (
        <>
          through the alias{' '}
          <Link
            prefetch={false}
            href={identityHref({ userId, platform: identity.platform })}
            className="break-all text-info underline"
          >
            {printable(userId)}
          </Link>
          ,{' '}
        </>
      )}
      granted {!sameScope(source.scope, scope) && `${scopeWords(source.scope)} `}
      {given && (
        <>
          by {printable(given.by)}, <RelativeTime at={given.at} />: {printable(given.reason)}
        </>
      )}
    </>
  );
}
