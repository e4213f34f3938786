'use client';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { plural } from '@/components/ui/format';

const shownChars = 4000;

/** True where a shell would run each pasted line at once. */
export function needsPasteConfirmation(text: string, bracketedPaste: boolean): boolean {
  return !bracketedPaste && /[\r\n]/.test(text);
}

interface PasteDialogProps {
  text: string;
  onPaste: () => void;
  onClose: () => void;
}

export function PasteDialog({ text, onPaste, onClose }: PasteDialogProps) {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n').length;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Paste ${plural(lines, 'line')}?`}
      width="wide"
      footer={
        <>
          <Button data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            tone="primary"
            onClick={() => {
              onClose();
              onPaste();
            }}
          >
            Paste {plural(lines, 'line')}
          </Button>
        </>
      }
    >
      <p className="pb-2 text-muted">
        The program takes each line as if you had pressed Enter after it. A shell runs them one after the other.
      </p>
      <pre className="max-h-60 overflow-auto rounded-md border border-line bg-sunk p-2.5">
        {text.slice(0, shownChars)}
        {text.length > shownChars && `\n… and ${plural(text.length - shownChars, 'character')} more`}
      </pre>
    </Dialog>
  );
}
