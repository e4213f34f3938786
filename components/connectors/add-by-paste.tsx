'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Check, CircleX } from 'lucide-react';
import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { callRoute } from '@/components/api/client';
import { patchConnector } from '@/components/live/patch-trust';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { joinWords, plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Textarea } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';
import type { RouteResponse } from '@/lib/contracts/routes';
import type { AddWayProps } from './add-by-form';
import { parseServers } from './connector-form';

type Results = RouteResponse<'connectors.import'>['results'];

const example = `{
  "mcpServers": {
    "files": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-filesystem", "/srv/project"]
    }
  }
}`;

export function AddByPaste({ choice, onPending, onClose }: AddWayProps) {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [results, setResults] = useState<Results | null>(null);
  const { pending, error, submit } = useSubmit(async () => {
    const parsed = parseServers(text);
    setProblem(parsed.ok ? null : parsed.problem);
    if (!parsed.ok) return;
    onPending(true);
    try {
      const answer = await callRoute('connectors.import', { body: { mcpServers: parsed.mcpServers } });
      for (const { connector } of answer.results) if (connector) patchConnector(client, connector.id, connector);
      setResults(answer.results);
    } finally {
      onPending(false);
    }
  });
  if (results) return <ImportResults results={results} onClose={onClose} onBack={() => setResults(null)} />;
  const names = namesIn(text);
  return (
    <form onSubmit={(event: FormEvent) => void submit(event)} className="flex flex-col gap-3.5 pb-2">
      {choice}
      <Field
        label="mcpServers"
        hint={
          names.length > 0
            ? `${plural(names.length, 'server')}: ${joinWords(names.slice(0, 6).map((name) => printable(name)))}${names.length > 6 ? '…' : ''}`
            : 'The block that Claude, Cursor and others keep in their settings. Values of env and headers are encrypted and never shown again.'
        }
        error={problem}
      >
        {(control) => (
          <Textarea
            {...control}
            data-autofocus
            required
            rows={12}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            className="font-mono text-hint"
            placeholder={example}
            disabled={pending}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <InlineError error={error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose} disabled={pending}>
          Cancel
        </Button>
        <Button tone="primary" type="submit" pending={pending}>
          {names.length > 1 ? `Add ${names.length} connectors` : 'Add'}
        </Button>
      </div>
    </form>
  );
}

function namesIn(text: string): string[] {
  const parsed = text.trim() === '' ? null : parseServers(text);
  return parsed?.ok ? Object.keys(parsed.mcpServers) : [];
}

/** What became of each entry, by itself: one that is refused keeps none of the others out. */
function ImportResults({ results, onClose, onBack }: { results: Results; onClose: () => void; onBack: () => void }) {
  const added = results.filter(({ ok }) => ok).length;
  return (
    <div className="flex flex-col gap-3 pb-2">
      <p role="status" className="font-medium">
        {added} of {plural(results.length, 'connector')} added
      </p>
      <ul className="border-line border-t">
        {results.map((result) => (
          <li key={result.name} className="flex min-h-9 items-start gap-2 border-line border-b py-2">
            <Icon
              of={result.ok ? Check : CircleX}
              className={result.ok ? 'mt-0.5 shrink-0 text-live' : 'mt-0.5 shrink-0 text-stop'}
            />
            <span className="w-40 shrink-0 truncate font-medium" title={printable(result.name)}>
              {result.connector ? (
                <Link href={`/connectors/${result.connector.id}`} className="hover:underline">
                  {printable(result.name)}
                </Link>
              ) : (
                printable(result.name)
              )}
            </span>
            <span className={result.ok ? 'min-w-0 break-words text-muted' : 'min-w-0 break-words text-stop'}>
              {result.ok
                ? `added as ${result.connector?.id ?? result.name}`
                : printable(result.error?.message ?? 'It was refused.')}
            </span>
          </li>
        ))}
      </ul>
      <div className="flex justify-end gap-2">
        {added < results.length && <Button onClick={onBack}>Back</Button>}
        <Button data-autofocus tone="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
