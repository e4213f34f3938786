'use client';

import { useState } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { Segments } from '@/components/ui/tabs';
import { AddByForm } from './add-by-form';
import { AddByPaste } from './add-by-paste';

type Way = 'paste' | 'form';
const ways: readonly { value: Way; label: string }[] = [
  { value: 'paste', label: 'Paste mcpServers' },
  { value: 'form', label: 'Fill in a form' },
];

export function AddConnectorDialog({ onClose }: { onClose: () => void }) {
  const [way, setWay] = useState<Way>('paste');
  const [pending, setPending] = useState(false);
  const choice = <Segments label="How to add it" options={ways} value={way} onChange={setWay} />;
  return (
    <Dialog open onClose={onClose} title="Add a connector" width="wide" locked={pending}>
      {way === 'paste' ? (
        <AddByPaste choice={choice} onPending={setPending} onClose={onClose} />
      ) : (
        <AddByForm choice={choice} onPending={setPending} onClose={onClose} />
      )}
    </Dialog>
  );
}
