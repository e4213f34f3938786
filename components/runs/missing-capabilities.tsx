'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/components/api/api-error';
import { pluginQuery } from '@/components/api/queries';
import { GrantDialog } from '@/components/plugins/grant-dialog';
import { Button } from '@/components/ui/button';
import { printable } from '@/components/ui/printable';

export interface Missing {
  pluginId: string;
  message: string;
  capabilities: string[];
  remediation: string[];
}

/** What a run's plugin lacks, from the refusal of its start. */
export function missingCapabilities(error: unknown, pluginId: string): Missing | null {
  if (!(error instanceof ApiError) || error.code !== 'CAPABILITIES_REQUIRED') return null;
  const capabilities = textsOf(error.details?.missing);
  if (capabilities.length === 0 || pluginId === '') return null;
  return { pluginId, message: error.message, capabilities, remediation: textsOf(error.details?.remediation) };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Nothing was started; the grant is one press away, and the form keeps what was typed. */
export function MissingCapabilities({ missing, onGranted }: { missing: Missing; onGranted: () => void }) {
  const { data: plugin } = useQuery(pluginQuery(missing.pluginId));
  const [granting, setGranting] = useState(false);
  return (
    <div role="alert" className="flex flex-col items-start gap-2 rounded-md bg-stop-ground px-3 py-2">
      <p className="text-stop">{printable(missing.message)}</p>
      <ul aria-label="Missing" className="flex flex-wrap gap-1">
        {missing.capabilities.map((capability) => (
          <li key={capability}>
            <code className="rounded-sm border border-line-strong bg-panel px-1">{printable(capability)}</code>
          </li>
        ))}
      </ul>
      {missing.remediation.map((line) => (
        <p key={line} className="break-words text-muted">
          {printable(line)}
        </p>
      ))}
      {plugin && <Button onClick={() => setGranting(true)}>Grant what is missing…</Button>}
      {plugin && granting && (
        <GrantDialog
          plugin={plugin}
          capabilities={missing.capabilities}
          onClose={() => setGranting(false)}
          onGranted={onGranted}
        />
      )}
    </div>
  );
}
