'use client';

import { useSyncExternalStore } from 'react';
import { CopyButton, CopyId } from '@/components/ui/copy-button';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';

/** How an orchestrator reports on a run it registered, with this run's own addresses filled in. */
export function ReportTab({ run }: { run: Run }) {
  // Known in the browser alone; the server's render leaves it out.
  const origin = useSyncExternalStore(
    () => () => undefined,
    () => location.origin,
    () => '',
  );
  const base = `${origin}/api/runs/${run.id}`;
  return (
    <section aria-label="How to report" className="flex max-w-[860px] flex-col gap-5">
      <p className="text-muted">
        {isLiveRun(run.status)
          ? 'This run goes on somewhere else. Its orchestrator reports here with a service key that has the scope runs:write.'
          : 'This run went on somewhere else and has ended: these calls are refused now.'}
      </p>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5">
        <dt className="text-muted">Run</dt>
        <dd>
          <CopyId id={run.id} full />
        </dd>
      </dl>
      <Call
        title="Give the agent a token"
        text="The answer shows it once."
        command={curl(`${base}/tokens`, '{"ttlSeconds": 900}')}
      />
      <Call
        title="Check a token the agent presents"
        text="Wants the scope tokens:introspect. A revoked token is inactive from the next call on."
        command={curl(`${origin}/api/tokens/introspect`, '{"token": "…"}')}
      />
      <Call
        title="Report what it spent"
        text="Going over the budget ends the run as over budget."
        command={curl(`${base}/spend`, '{"usd": 0.12, "source": "model"}')}
      />
      <Call
        title="Report that it ended"
        text="Its tokens stop working at once."
        command={curl(`${base}/end`, '{"exitCode": 0}')}
      />
    </section>
  );
}

function curl(url: string, body: string): string {
  return [
    `curl -X POST ${url}`,
    `-H "Authorization: Bearer $GATEHOUSE_SERVICE_KEY"`,
    `-H "Content-Type: application/json"`,
    `-d '${body}'`,
  ].join(' \\\n  ');
}

function Call({ title, text, command }: { title: string; text: string; command: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <h2 className="font-medium">{title}</h2>
      <p className="text-muted">{text}</p>
      <div className="flex items-start gap-2 rounded-md border border-line bg-sunk p-2 max-md:flex-col">
        <pre className="wrap-anywhere w-full min-w-0 flex-1 whitespace-pre-wrap py-1">{command}</pre>
        <CopyButton text={command} />
      </div>
    </div>
  );
}
