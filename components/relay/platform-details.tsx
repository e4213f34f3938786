'use client';

import { CopyId } from '@/components/ui/copy-button';
import { printable } from '@/components/ui/printable';
import { ExactTime } from '@/components/ui/time';
import type { RelayPlatform } from '@/lib/contracts/relay-platforms';
import { FactRow, FactRows } from './fact-rows';
import { settingFacts } from './platform-words';

export function PlatformDetails({ platform }: { platform: RelayPlatform }) {
  const { error, inboundUrl, ops, settings, createdBy, createdAt, kind } = platform;
  return (
    <FactRows>
      {error !== null && (
        <FactRow term="problem">
          <span className="text-stop">{printable(error)}</span>
        </FactRow>
      )}
      {inboundUrl !== null && (
        <FactRow term="posts to">
          <CopyId id={inboundUrl} full />
        </FactRow>
      )}
      {settingFacts(settings).map(({ term, value }) => (
        <FactRow key={term} term={term}>
          <code>{printable(value)}</code>
        </FactRow>
      ))}
      <FactRow term="gateways may">{ops.length === 0 ? 'do nothing there' : ops.map(opWords).join(', ')}</FactRow>
      {kind === 'console' && <FactRow term="reached by">operators, from the page of each instance</FactRow>}
      {createdBy !== null && createdAt !== null && (
        <FactRow term="added">
          <ExactTime at={createdAt} date="always" /> by {printable(createdBy)}
        </FactRow>
      )}
    </FactRows>
  );
}

function opWords(op: string): string {
  return printable(op.replaceAll('_', ' '));
}
