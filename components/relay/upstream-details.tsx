'use client';

import Link from 'next/link';
import { formatCount, plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { ExactTime } from '@/components/ui/time';
import type { RelayUpstream } from '@/lib/contracts/relay-upstreams';
import { FactRow, FactRows } from './fact-rows';
import { handlerWords, upstreamNote } from './upstream-words';

export function UpstreamDetails({ upstream }: { upstream: RelayUpstream }) {
  const { descriptors, identities, handler, trusted, url, gatewayId, createdAt, createdBy, status } = upstream;
  const note = upstreamNote(upstream);
  return (
    <FactRows>
      {note !== null && (
        <FactRow term={status === 'disabled' ? 'disabled' : 'last error'}>
          <span className={status === 'error' ? 'text-stop' : undefined}>{printable(note)}</span>
        </FactRow>
      )}
      <FactRow term="dials">
        <code>{printable(url)}</code> as <code>{printable(gatewayId)}</code>
      </FactRow>
      <FactRow term="says hello for">
        {identities.map(({ platform, botId }) => printable(`${platform} ${botId}`.trim())).join(', ')}
      </FactRow>
      {descriptors.length > 0 && (
        <FactRow term="was told">
          <ul className="flex flex-col gap-1">
            {descriptors.map((each) => (
              <li key={each.platform}>
                {printable(each.label)} <code className="text-muted">{printable(each.platform)}</code>: up to{' '}
                {formatCount(each.maxMessageLength)} {each.lenUnit === 'utf16' ? 'UTF-16 units' : 'characters'} a
                message; {each.ops.length === 0 ? 'no acts' : printable(each.ops.join(', ').replaceAll('_', ' '))}
              </li>
            ))}
          </ul>
        </FactRow>
      )}
      <FactRow term="answers with">
        <code>{handlerWords(upstream)}</code>
        {handler.cwd && (
          <>
            {' '}
            in <code>{printable(handler.cwd)}</code>
          </>
        )}
        {handler.pluginId && ` under the plugin ${printable(handler.pluginId)}`}, for the project{' '}
        <Link href={`/runs?project=${encodeURIComponent(handler.projectId)}&kind=relay`} className="hover:underline">
          {handler.projectId}
        </Link>
      </FactRow>
      <FactRow term="authors">
        {trusted
          ? 'are decided upstream: it authenticated this server, and resolves who wrote each message'
          : 'are not trusted, since it is dialled without a secret: no message of it starts anything'}
      </FactRow>
      <FactRow term="so far">
        {plural(upstream.sessions, 'session')}, {plural(upstream.dropped, 'frame or message', 'frames and messages')}{' '}
        led nowhere
      </FactRow>
      <FactRow term="added">
        <ExactTime at={createdAt} date="always" /> by {printable(createdBy)}
      </FactRow>
    </FactRows>
  );
}
