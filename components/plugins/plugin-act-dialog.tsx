'use client';

import { GrantDialog } from './grant-dialog';
import type { PluginAct } from './plugin-acts';
import { RemovePluginDialog } from './remove-plugin-dialog';
import { RevokeCapabilityDialog } from './revoke-capability-dialog';
import { TierDialog } from './tier-dialog';

export function PluginActDialog({ act, onClose }: { act: PluginAct; onClose: () => void }) {
  switch (act.kind) {
    case 'grant':
      return <GrantDialog {...act} onClose={onClose} />;
    case 'revoke':
      return <RevokeCapabilityDialog {...act} onClose={onClose} />;
    case 'tier':
      return <TierDialog plugin={act.plugin} onClose={onClose} />;
    case 'remove':
      return <RemovePluginDialog plugin={act.plugin} onClose={onClose} />;
  }
}
