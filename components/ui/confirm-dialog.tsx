'use client';

import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { InlineError } from './error-state';
import { Field } from './field';
import { Input } from './input';

const typeToConfirmAbove = 10;

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The verb and its object, on the button: "Revoke 3 runs". */
  action: string;
  /** What will be ended or lost, stated before it is. */
  children: ReactNode;
  /** Asks why; the answer goes on the record. */
  askReason?: boolean;
  /** How many things the act ends: above ten, the number must be typed. */
  count?: number;
  /** A name that must be typed, whatever the count. */
  typeToConfirm?: string;
  /** The caller shows what happened next, and closes. */
  stayAfterConfirm?: boolean;
  /** Runs the act. A rejection is shown in place and the dialog stays. */
  onConfirm: (reason: string) => Promise<unknown>;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return props.open ? <OpenConfirmDialog {...props} /> : null;
}

function OpenConfirmDialog({
  onClose,
  title,
  action,
  children,
  askReason = false,
  count = 1,
  typeToConfirm,
  stayAfterConfirm = false,
  onConfirm,
}: ConfirmDialogProps) {
  const formId = useId();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const phrase = typeToConfirm ?? (count > typeToConfirmAbove ? String(count) : null);
  const ready = (!askReason || reason.trim() !== '') && (phrase === null || typed.trim() === phrase);

  async function confirm(event: FormEvent) {
    event.preventDefault();
    if (!ready || pending) return;
    setPending(true);
    setError(null);
    try {
      await onConfirm(reason.trim());
      if (!stayAfterConfirm) onClose();
    } catch (cause) {
      setError(cause);
      setPending(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      locked={pending}
      role="alertdialog"
      footer={
        <>
          <Button data-autofocus onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="stop" type="submit" form={formId} pending={pending} disabled={!ready}>
            {action}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void confirm(event)} className="flex flex-col gap-3">
        <div className="text-muted">{children}</div>
        {askReason && (
          <Field label="Reason" hint="Kept on the record for good.">
            {(control) => (
              <Input
                {...control}
                value={reason}
                maxLength={500}
                disabled={pending}
                required
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        )}
        {phrase !== null && (
          <Field
            label={
              <>
                Type <code className="select-all">{phrase}</code> to go on
              </>
            }
          >
            {(control) => (
              <Input
                {...control}
                value={typed}
                autoComplete="off"
                disabled={pending}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        <InlineError error={error} />
      </form>
    </Dialog>
  );
}
