'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { toInstant, toLocalField } from './audit-filter';
import type { TimeRange } from './time-chip';

interface TimeDialogProps extends TimeRange {
  onClose: () => void;
  onChange: (range: { from: string | undefined; to: string | undefined }) => void;
}

export function TimeDialog({ from, to, onClose, onChange }: TimeDialogProps) {
  const [start, setStart] = useState(() => toLocalField(from));
  const [end, setEnd] = useState(() => toLocalField(to));
  const backwards = start !== '' && end !== '' && end < start;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (backwards) return;
    onClose();
    // A field without seconds reads as the beginning of its minute; one that was not touched keeps its milliseconds.
    onChange({
      from: start === toLocalField(from) ? from : toInstant(start),
      to: end === toLocalField(to) ? to : toInstant(end),
    });
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rows between two times"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form="audit-time" disabled={backwards}>
            Show them
          </Button>
        </>
      }
    >
      <form id="audit-time" onSubmit={submit} className="flex flex-col gap-3.5 pb-1">
        <Field label="From" optional>
          {(control) => (
            <Input
              {...control}
              data-autofocus
              type="datetime-local"
              step={1}
              value={start}
              onChange={(event) => setStart(event.target.value)}
            />
          )}
        </Field>
        <Field label="To" optional error={backwards ? 'This is before the start.' : null}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              step={1}
              value={end}
              onChange={(event) => setEnd(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
