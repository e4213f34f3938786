'use client';

import { KeyExpiry } from '@/components/settings/key-expiry';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { printable } from '@/components/ui/printable';
import { RelativeTime } from '@/components/ui/time';
import type { Plugin } from '@/lib/contracts/plugins';
import { asksFor, grantOf, impliedBy, isElevated, stateOf } from './capabilities';
import type { PluginAct } from './plugin-acts';

interface CapabilityRowProps {
  plugin: Plugin;
  capability: string;
  nowMs: number | null;
  canGrant: boolean;
  onAct: (act: PluginAct) => void;
}

/** One capability: who granted it, why and until when, or that it is asked for, with the one thing to do about it. */
export function CapabilityRow({ plugin, capability, nowMs, canGrant, onAct }: CapabilityRowProps) {
  const state = stateOf(plugin, capability, nowMs);
  const grant = grantOf(plugin, capability, nowMs);
  const required = plugin.capabilities.required.includes(capability);
  return (
    <li className="flex min-h-[38px] items-center gap-3 border-line border-b py-1.5 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <code className="break-all">{printable(capability)}</code>
          {isElevated(capability) && <Badge>elevated</Badge>}
        </p>
        <p className="text-hint text-muted">
          {grant ? (
            <>
              by {printable(grant.by)}, <RelativeTime at={grant.at} />
              {grant.expiresAt && (
                <span className="text-wait">
                  , ends <KeyExpiry at={grant.expiresAt} />
                </span>
              )}
              {grant.reason && <span className="block break-words">{printable(grant.reason)}</span>}
            </>
          ) : (
            absentWords(plugin, capability, required, nowMs)
          )}
        </p>
      </div>
      {canGrant && grant && (
        <Button
          tone="stop-outline"
          size="small"
          aria-label={`Revoke ${capability}`}
          onClick={() => onAct({ kind: 'revoke', plugin, capability })}
        >
          Revoke
        </Button>
      )}
      {canGrant && state === 'asked' && (
        <Button
          size="small"
          aria-label={`Grant ${capability}`}
          onClick={() => onAct({ kind: 'grant', plugin, capabilities: [capability] })}
        >
          Grant…
        </Button>
      )}
    </li>
  );
}

function absentWords(plugin: Plugin, capability: string, required: boolean, nowMs: number | null) {
  const asked = asksFor(plugin, capability) ? (required ? 'required' : 'optional') : '';
  const through = impliedBy(plugin, capability, nowMs);
  if (through)
    return [asked, `implied by ${through === plugin.tier ? `the tier ${through}` : through}`]
      .filter(Boolean)
      .join(', ');
  return required ? (
    <span className="text-wait">required, not granted: no run starts without it</span>
  ) : (
    `${asked}, not granted`
  );
}
