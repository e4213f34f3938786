'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type BodyInput, callRoute } from '@/components/api/client';
import { patchConnector } from '@/components/live/patch-trust';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { ApprovalMode, ConnectorTool, SafetyClass } from '@/lib/contracts/connectors';
import { classWords, modeWords } from './connector-words';

const classes: readonly SafetyClass[] = ['read', 'write', 'destructive'];
const modes: readonly ApprovalMode[] = ['auto', 'confirm', 'disabled'];

interface ToolDialogProps {
  connectorId: string;
  tool: ConnectorTool;
  onClose: () => void;
}

/** Sets what a tool is, and what happens when it is called, in place of what Gatehouse derived. */
export function ToolDialog({ connectorId, tool: given, onClose }: ToolDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const [tool] = useState(given);
  const [safety, setSafety] = useState<SafetyClass>(tool.safety);
  const [approval, setApproval] = useState<ApprovalMode>(tool.approval);
  const name = printable(tool.name);
  async function save(change: NonNullable<BodyInput<'connectors.update'>['tools']>[string]) {
    const changed = await callRoute('connectors.update', {
      params: { id: connectorId },
      body: { tools: { [tool.name]: change } },
    });
    patchConnector(client, changed.id, changed);
    toast.show(`Changed ${name}.`);
    onClose();
  }
  const { pending, error, submit } = useSubmit(() =>
    save({
      ...(safety !== tool.safety && { safety }),
      ...(approval !== tool.approval && { approval }),
    }),
  );
  const reset = useSubmit(() => save({ safety: null, approval: null }));
  const busy = pending || reset.pending;
  const unchanged = safety === tool.safety && approval === tool.approval;
  const looser = approval === 'auto' && (safety !== 'read' || tool.safety !== 'read');
  return (
    <Dialog
      open
      onClose={onClose}
      title={
        <>
          Change <code className="break-all text-[14px]">{name}</code>
        </>
      }
      locked={busy}
      footer={
        <>
          {tool.overridden && (
            <Button
              tone="quiet"
              pending={reset.pending}
              disabled={busy}
              onClick={(event) => void reset.submit(event)}
              className="mr-auto"
            >
              Take the override back
            </Button>
          )}
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="tool" pending={pending} disabled={busy || unchanged}>
            Save
          </Button>
        </>
      }
    >
      <form id="tool" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <p className="text-muted">
          It is {tool.safety}. {printable(tool.why)} The next call of any run meets what is set here.
        </p>
        <Field label="Class" hint={classWords[safety]}>
          {(control) => (
            <Select
              {...control}
              data-autofocus
              disabled={busy}
              value={safety}
              onChange={({ target }) => setSafety(classes.find((each) => each === target.value) ?? tool.safety)}
            >
              {classes.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="A call of it">
          {(control) => (
            <Select
              {...control}
              disabled={busy}
              value={approval}
              onChange={({ target }) => setApproval(modes.find((each) => each === target.value) ?? tool.approval)}
            >
              {modes.map((each) => (
                <option key={each} value={each}>
                  {modeWords[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {looser && (
          <p className="rounded-md bg-wait-ground px-2.5 py-1.5">
            Nobody sees its arguments before it runs, in any run that may call this connector.
          </p>
        )}
        <InlineError error={error ?? reset.error} />
      </form>
    </Dialog>
  );
}
