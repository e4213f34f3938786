import type { Role } from '@/lib/contracts/roles';

/** What each role may do, in the words of whoever hands it out. */
export const roleWords: Record<Role, string> = {
  viewer: 'Sees runs, tokens and the record, and watches terminals.',
  operator: 'Also starts runs, types into terminals, replays recordings and revokes.',
  auditor: 'Sees what a viewer sees, replays recordings and exports the record.',
  admin: 'May do everything, these settings included.',
};
