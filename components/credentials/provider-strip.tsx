'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { providersQuery } from '@/components/api/credential-queries';
import { Button } from '@/components/ui/button';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import type { ProviderState } from '@/lib/contracts/credentials';
import { principalWords, providerNames } from './credential-words';

/** Which clouds this server can ask, and what to set for the others. */
export function ProviderStrip() {
  const { data: states } = useQuery(providersQuery());
  const [asked, setAsked] = useState<boolean | null>(null);
  if (!states) return <div className="h-9" />;
  const missing = states.filter(({ configured }) => !configured);
  // Where no cloud can be asked, that is what the page is about.
  const open = asked ?? missing.length === states.length;
  return (
    <section aria-label="Clouds" className="mt-2.5 rounded-lg border border-line bg-panel px-3 py-1.5">
      <div className="flex min-h-6 flex-wrap items-center gap-x-5 gap-y-1">
        {states.map((state) => (
          <span key={state.provider} className="flex items-center gap-2">
            <StatusDot tone={state.configured ? 'live' : 'hollow'}>{providerNames[state.provider]}</StatusDot>
            <span className="text-muted">{stateWords(state)}</span>
          </span>
        ))}
        {missing.length > 0 && (
          <Button tone="quiet" size="small" aria-expanded={open} onClick={() => setAsked(!open)} className="ml-auto">
            {open ? 'Hide what to set' : 'What to set'}
          </Button>
        )}
      </div>
      {open && missing.length > 0 && (
        <dl className="mt-1.5 grid gap-x-4 gap-y-1.5 border-line border-t pt-2 pb-1 sm:grid-cols-[max-content_1fr]">
          {missing.map((state) => (
            <div key={state.provider} className="contents">
              <dt className="font-medium">{providerNames[state.provider]}</dt>
              <dd className="max-w-[110ch] break-words text-muted">{printable(state.missing ?? '')}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function stateWords({ configured, defaultPrincipalId }: ProviderState): string {
  if (!configured) return 'not configured';
  return defaultPrincipalId ? `as ${principalWords(defaultPrincipalId).name}` : 'ready, no principal by default';
}
