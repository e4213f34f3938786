import { printable } from '@/components/ui/printable';
import { principalWords } from './credential-words';

export function Principal({ id }: { id: string }) {
  const { name, of } = principalWords(id);
  return (
    <span title={printable(id)}>
      <span className="font-medium">{name}</span>
      {of && <span className="text-muted"> in {of}</span>}
    </span>
  );
}
