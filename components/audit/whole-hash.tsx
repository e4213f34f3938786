import { CopyId } from '@/components/ui/copy-button';

/** Broken over lines rather than cut off: a hash is there to be compared. */
export function WholeHash({ hash }: { hash: string }) {
  return <CopyId id={hash} full className="text-left [&>span]:whitespace-normal [&>span]:break-all" />;
}
