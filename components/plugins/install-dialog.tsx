'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { hasErrorCode } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { problemsOf } from '@/components/api/problems-of';
import { patchPlugin } from '@/components/live/patch-trust';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { PluginPreview } from '@/lib/contracts/plugins';
import { InstallPreview } from './install-preview';

interface Looked {
  path: string;
  preview: PluginPreview;
}

/** First a look at what the folder holds and asks for, then the install of exactly that. */
export function InstallDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const [path, setPath] = useState('');
  const [looked, setLooked] = useState<Looked | null>(null);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function attempt(act: () => Promise<void>) {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      await act();
    } catch (cause) {
      setError(cause);
      // What was shown is not what the folder holds any more: it has to be looked at again.
      if (hasErrorCode(cause, 'DIGEST_CHANGED')) setLooked(null);
    }
    setPending(false);
  }
  const look = () =>
    attempt(async () => {
      const preview = await callRoute('plugins.preview', { body: { source: { kind: 'local', path } } });
      setLooked({ path, preview });
    });
  const install = ({ path: of, preview }: Looked) =>
    attempt(async () => {
      const plugin = await callRoute('plugins.install', {
        body: { source: { kind: 'local', path: of }, digest: preview.digest },
      });
      patchPlugin(client, plugin.id, plugin);
      toast.show(`Installed ${printable(plugin.name)} ${printable(plugin.version)} as ${plugin.tier}.`);
      onClose();
      router.push(`/plugins?plugin=${plugin.id}`);
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void (looked ? install(looked) : look());
  };
  const problems = problemsOf(error, 'problems');
  return (
    <Dialog
      open
      onClose={onClose}
      title={looked ? `Install ${printable(looked.preview.name)}?` : 'Install a plugin'}
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={looked ? () => setLooked(null) : onClose} disabled={pending}>
            {looked ? 'Back' : 'Cancel'}
          </Button>
          <Button tone="primary" type="submit" form="install" pending={pending}>
            {looked ? (looked.preview.replaces ? 'Replace it' : 'Install it') : 'Look at it'}
          </Button>
        </>
      }
    >
      <form id="install" onSubmit={submit} className="flex flex-col gap-3.5 pb-1">
        {looked ? (
          <InstallPreview preview={looked.preview} path={looked.path} />
        ) : (
          <Field
            label="Folder"
            hint="On the server, with a gatehouse.plugin.json in it. Nothing is installed before you have seen what it asks for."
          >
            {(control) => (
              <Input
                {...control}
                data-autofocus
                required
                maxLength={4096}
                className="font-mono text-hint"
                autoCapitalize="off"
                autoComplete="off"
                spellCheck={false}
                placeholder="/srv/plugins/issue-helper"
                disabled={pending}
                value={path}
                onChange={(event) => setPath(event.target.value)}
              />
            )}
          </Field>
        )}
        <InlineError error={error} />
        {problems.length > 0 && (
          <ul aria-label="Problems" className="list-disc pl-5 text-stop">
            {problems.map((problem) => (
              <li key={problem} className="break-words">
                {printable(problem)}
              </li>
            ))}
          </ul>
        )}
      </form>
    </Dialog>
  );
}
