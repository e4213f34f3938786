'use client';

import { Ellipsis } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Button } from '@/components/ui/button';
import { useCopy } from '@/components/ui/copy-button';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';

interface RunRowActionsProps {
  run: Run;
  canRevoke: boolean;
  onRevoke: () => void;
  onFilter: (changes: Record<string, string>) => void;
}

/** Revoke when the row is pointed at, and everything else behind the dots. */
export function RunRowActions({ run, canRevoke, onRevoke, onFilter }: RunRowActionsProps) {
  const router = useRouter();
  const { copy } = useCopy();
  const revocable = canRevoke && isLiveRun(run.status);
  return (
    <span className="inline-flex items-center justify-end gap-1">
      {revocable && (
        <Button
          tone="stop-outline"
          size="small"
          aria-label={`Revoke ${run.title}`}
          onClick={onRevoke}
          className="md:opacity-0 md:focus-visible:opacity-100 md:group-hover/row:opacity-100 md:group-focus-within/row:opacity-100"
        >
          Revoke
        </Button>
      )}
      <span className="max-md:hidden">
        <DropdownMenu
          trigger={
            <IconButton label={`More about ${run.title}`}>
              <Icon of={Ellipsis} />
            </IconButton>
          }
        >
          <MenuItem onSelect={() => router.push(`/runs/${run.id}`)}>Open</MenuItem>
          <MenuItem onSelect={() => copy(run.id)}>Copy id</MenuItem>
          <MenuItem onSelect={() => copy(`${location.origin}/runs/${run.id}`)}>Copy link</MenuItem>
          <MenuSeparator />
          <MenuItem onSelect={() => onFilter({ user: run.principal.userId })}>
            Only runs for {run.principal.userId}
          </MenuItem>
          <MenuItem onSelect={() => onFilter({ project: run.projectId })}>Only project {run.projectId}</MenuItem>
          {run.pluginId && (
            <MenuItem onSelect={() => onFilter({ plugin: run.pluginId ?? '' })}>Only plugin {run.pluginId}</MenuItem>
          )}
          <MenuItem onSelect={() => router.push(`/runs/${run.id}?tab=calls`)}>Its calls</MenuItem>
          <MenuItem onSelect={() => router.push(`/tokens?run=${run.id}`)}>Its tokens</MenuItem>
          {revocable && (
            <>
              <MenuSeparator />
              <MenuItem tone="stop" onSelect={onRevoke}>
                Revoke…
              </MenuItem>
            </>
          )}
        </DropdownMenu>
      </span>
    </span>
  );
}
