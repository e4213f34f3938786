'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Lock, PlugZap } from 'lucide-react';
import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { CopyId } from '@/components/ui/copy-button';
import { InlineError } from '@/components/ui/error-state';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import type { Connector, ToolsService } from '@/lib/contracts/connectors';
import type { RouteResponse } from '@/lib/contracts/routes';
import { ConnectorMenu } from './connector-menu';
import { addedByWords, connectorTones, formatMs, nextStepOf, serviceWords, transportWords } from './connector-words';

const LockDialog = dynamic(() => import('@/components/locks/lock-dialog').then((module) => module.LockDialog), {
  ssr: false,
});

export function ConnectorHeader({ connector }: { connector: Connector }) {
  const { can } = useMe();
  const [locking, setLocking] = useState(false);
  const isAdmin = can('settings.manage');
  const test = useTest(connector);
  return (
    <header className="flex flex-col gap-1">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1.5">
        <h1 className="min-w-0 break-words font-semibold text-title">{printable(connector.name)}</h1>
        <StatusDot tone={connectorTones[connector.status]}>{connector.status}</StatusDot>
        <CopyId id={connector.id} full />
        <div className="ml-auto flex items-center gap-2">
          {can('runs.control') && (
            <Button onClick={() => setLocking(true)}>
              <Icon of={Lock} size={14} /> Lock…
            </Button>
          )}
          {isAdmin && connector.enabled && connector.transport.kind !== 'builtin' && (
            <Button pending={test.pending} onClick={() => void test.run()}>
              <Icon of={PlugZap} size={14} /> Test
            </Button>
          )}
          {isAdmin && <ConnectorMenu connector={connector} />}
        </div>
      </div>
      <Facts connector={connector} />
      <Trouble connector={connector} />
      {connector.service?.shell && <ShellNote shell={connector.service.shell} />}
      <TestNote test={test} />
      {locking && <LockDialog target={{ kind: 'connector', id: connector.id }} onClose={() => setLocking(false)} />}
    </header>
  );
}

function Facts({ connector }: { connector: Connector }) {
  const { limits, server } = connector;
  return (
    <dl className="flex flex-wrap items-center gap-x-5 gap-y-1 text-muted">
      {connector.service ? (
        <Fact term="its tools run">
          <span className="text-text">{serviceWords[connector.service.runsIn]}</span>
        </Fact>
      ) : (
        <Fact term={connector.transport.kind === 'stdio' ? 'process' : 'address'}>
          <code
            className="block max-w-[64ch] truncate text-text"
            title={printable(transportWords(connector.transport))}
          >
            {printable(transportWords(connector.transport))}
          </code>
        </Fact>
      )}
      {server && (
        <Fact term="server">
          <span className="text-text">{printable(server.name)}</span> {printable(server.version)}
        </Fact>
      )}
      <Fact term="limits of a run">
        <span className="text-text">
          {limits.callsPerMinute} calls a minute, {limits.callsPerRun} in all
        </span>
        , {Math.round(limits.outputBytes / 1024)} KiB, {limits.timeoutSeconds} s
      </Fact>
      <Fact term="added by">{addedByWords(connector.addedBy)}</Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-center gap-1">
      <dt className="whitespace-nowrap">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** What is wrong with it, and what to do. */
function Trouble({ connector }: { connector: Connector }) {
  if (connector.status === 'ready') return null;
  const failed = connector.status === 'failed';
  return (
    <div
      role="status"
      className={
        failed ? 'mt-1.5 rounded-md bg-stop-ground px-3 py-2' : 'mt-1.5 rounded-md border border-line bg-sunk px-3 py-2'
      }
    >
      {connector.error && <p className="break-words font-medium text-stop">{printable(connector.error)}</p>}
      <p className={failed ? undefined : 'text-muted'}>{nextStepOf(connector)}</p>
    </div>
  );
}

type TestResult = RouteResponse<'connectors.test'>;
/** Whether commands have a sandbox is what an admin has to know of the service. */
function ShellNote({ shell: { sandboxed, note } }: { shell: NonNullable<ToolsService['shell']> }) {
  if (sandboxed)
    return (
      <p className="text-muted">
        <StatusDot tone="live">{`shell is sandboxed. ${printable(note)}`}</StatusDot>
      </p>
    );
  return (
    <div role="status" className="mt-1.5 rounded-md border border-line bg-sunk px-3 py-2">
      <p className="break-words font-medium">shell is refused, because there is no sandbox: {printable(note)}</p>
      <p className="text-muted">
        Only a principal with <code>UNSANDBOXED_EXEC</code> may call it, and its commands then run as the user of the
        server.
      </p>
    </div>
  );
}

interface Test {
  pending: boolean;
  result: TestResult | null;
  error: unknown;
  run: () => Promise<void>;
}

/** Connects anew and lists the tools: what the next call would meet. */
function useTest(connector: Connector): Test {
  const client = useQueryClient();
  const [pending, setPending] = useState(false);
  const [result, setResult] = useState<TestResult | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function run() {
    setPending(true);
    setError(null);
    setResult(null);
    try {
      setResult(await callRoute('connectors.test', { params: { id: connector.id } }));
    } catch (cause) {
      setError(cause);
    }
    setPending(false);
    void client.invalidateQueries({ queryKey: queryKeys.connector(connector.id) });
    void client.invalidateQueries({ queryKey: queryKeys.connectorStderr(connector.id) });
  }
  return { pending, result, error, run };
}

function TestNote({ test: { result, error } }: { test: Test }) {
  if (error) return <InlineError error={error} />;
  if (!result) return null;
  return (
    <p
      role="status"
      className={
        result.ok
          ? 'mt-1.5 rounded-md bg-live-ground px-3 py-2 text-live'
          : 'mt-1.5 break-words rounded-md bg-stop-ground px-3 py-2 text-stop'
      }
    >
      {result.ok
        ? `It answered with ${plural(result.tools, 'tool')} in ${formatMs(result.tookMs)}.`
        : printable(result.error ?? 'It did not answer.')}
    </p>
  );
}
