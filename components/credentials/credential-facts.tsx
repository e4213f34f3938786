'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { CopyId } from '@/components/ui/copy-button';
import { formatCommand, plural, shortId } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { ExactTime } from '@/components/ui/time';
import type { CredentialSession } from '@/lib/contracts/credentials';
import { providerNames } from './credential-words';
import { SessionBudget } from './session-budget';
import { SessionEnds } from './session-ends';

/** Whose it is, until when, what was issued of it, and where the record of it is. */
export function CredentialFacts({ session }: { session: CredentialSession }) {
  const tags = Object.entries(session.tags);
  const provider = providerNames[session.provider];
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1.5">
      <Fact term="Acts as">
        <CopyId
          id={session.principalId}
          full
          className="[&>span]:whitespace-normal [&>span]:break-all [&>span]:text-left"
        />
        {session.azureTenantId && <span className="block text-muted">tenant {printable(session.azureTenantId)}</span>}
      </Fact>
      <Fact term="Run">
        {session.runId === null ? (
          <span className="text-muted">none: ends by itself</span>
        ) : (
          <Link
            prefetch={false}
            href={`/runs/${session.runId}?tab=credentials`}
            title={session.runId}
            className="text-info underline"
          >
            {shortId(session.runId)}
          </Link>
        )}
        {session.command && (
          <code className="ml-2 break-all text-muted">{printable(formatCommand(session.command))}</code>
        )}
      </Fact>
      <Fact term="Asked by">
        {printable(session.requestedBy)} <ExactTime at={session.createdAt} className="text-muted" />
        {session.reason && <span className="block">“{printable(session.reason)}”</span>}
      </Fact>
      <Fact term={session.status === 'active' ? 'Ends in' : 'Ended'}>
        <SessionEnds session={session} meter />
      </Fact>
      <Fact term="Budget">
        <SessionBudget session={session} />
      </Fact>
      <Fact term="Issued">
        <Issued session={session} />
      </Fact>
      {session.accessKeyId && (
        <Fact term={session.provider === 'aws' ? 'Access key id' : 'Token'}>
          <CopyId id={session.accessKeyId} full />
        </Fact>
      )}
      {session.hardRevokedAt && (
        <Fact term={`At ${provider}`}>
          refused since <ExactTime at={session.hardRevokedAt} />
        </Fact>
      )}
      {tags.length > 0 && (
        <Fact term="Tags">
          <span className="flex flex-wrap gap-1">
            {tags.map(([name, value]) => (
              <Badge key={name} className="h-auto max-w-full break-all">
                {printable(`${name}: ${value}`)}
              </Badge>
            ))}
          </span>
        </Fact>
      )}
      <Fact term="Record">
        <Link
          prefetch={false}
          href={`/audit?${new URLSearchParams({ target: session.id })}`}
          className="text-info underline"
        >
          every step of it
        </Link>
      </Fact>
    </dl>
  );
}

/** What was issued lives on at its cloud until its own end, unless the cloud was told to refuse it. */
function Issued({ session: { issued, lastIssuedAt, issuedUntil } }: { session: CredentialSession }) {
  if (issued === 0 || lastIssuedAt === null) return <span className="text-muted">nothing yet</span>;
  return (
    <>
      {plural(issued, 'time')}, last <ExactTime at={lastIssuedAt} />
      {issuedUntil && (
        <span className="text-muted">
          , good until <ExactTime at={issuedUntil} />
        </span>
      )}
    </>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
