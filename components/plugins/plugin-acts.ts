import type { Plugin } from '@/lib/contracts/plugins';

/** What can be done to a plugin from the matrix, the panel and its page. */
export type PluginAct =
  | { kind: 'grant'; plugin: Plugin; capabilities: readonly string[]; preselected?: readonly string[] }
  | { kind: 'revoke'; plugin: Plugin; capability: string }
  | { kind: 'tier'; plugin: Plugin }
  | { kind: 'remove'; plugin: Plugin };
