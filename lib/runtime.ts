/** The one way from a Next route or page to the services the server built. */
import type { ApprovalService } from './approvals/approvals';
import type { AuditLog } from './audit/log';
import type { AuditReader } from './audit/reader';
import type { CallService } from './calls/calls';
import type { ConnectorService } from './connectors/service';
import type { CredentialService } from './credentials/credentials';
import type { IdentityService } from './identities/identities';
import type { LeakService } from './leaks/leaks';
import type { LockService } from './locks/locks';
import type { OperatorService } from './operators/operators';
import type { ServiceKeyService } from './operators/service-keys';
import type { SessionService } from './operators/sessions';
import type { SetupService } from './operators/setup';
import type { SignInThrottle } from './operators/throttle';
import type { Clock } from './platform/clock';
import type { Config } from './platform/config';
import type { Database } from './platform/database';
import type { EventBus } from './platform/event-bus';
import type { Log } from './platform/log';
import type { PluginService } from './plugins/plugins';
import type { RelayService } from './relay/relay';
import type { UpstreamService } from './relay/upstreams/upstreams';
import type { OverviewService } from './runs/overview';
import type { RevocationService } from './runs/revocation';
import type { RunService } from './runs/runs';
import type { TicketStore } from './tickets/tickets';
import type { TokenService } from './tokens/tokens';
import type { ToolsQueueService } from './tools/queue/service';
import type { WebhookService } from './webhooks/webhooks';

export interface Runtime {
  config: Config;
  /** Signs next-auth's cookies. */
  authSecret: string;
  clock: Clock;
  log: Log;
  db: Database;
  bus: EventBus;
  audit: AuditLog;
  auditReader: AuditReader;
  operators: OperatorService;
  sessions: SessionService;
  serviceKeys: ServiceKeyService;
  throttle: SignInThrottle;
  setup: SetupService;
  tickets: TicketStore;
  tokens: TokenService;
  runs: RunService;
  revocation: RevocationService;
  overview: OverviewService;
  approvals: ApprovalService;
  calls: CallService;
  credentials: CredentialService;
  connectors: ConnectorService;
  toolsQueue: ToolsQueueService;
  webhooks: WebhookService;
  plugins: PluginService;
  identities: IdentityService;
  locks: LockService;
  leaks: LeakService;
  relay: RelayService;
  relayUpstreams: UpstreamService;
}

const key = Symbol.for('gatehouse.runtime');
type Holder = typeof globalThis & { [key]?: Runtime };

/** Next bundles `lib/` a second time, so module state would exist twice; `globalThis` exists once. */
export function publishRuntime(runtime: Runtime): void {
  (globalThis as Holder)[key] = runtime;
}

export function runtime(): Runtime {
  const built = (globalThis as Holder)[key];
  if (!built) throw new Error('Gatehouse is not running: pages and routes answer inside its own server.');
  return built;
}
