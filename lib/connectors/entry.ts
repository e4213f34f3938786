/** One connector in memory: what the gate reads on every call, kept ready so that reading it costs nothing. */
import type {
  AnyTransport,
  Connector,
  ConnectorLimits,
  ConnectorStatus,
  SafetyClass,
} from '@/lib/contracts/connectors';
import { limits } from '@/lib/platform/limits';
import { type Catalogue, type DiscoveredTool, emptyCatalogue } from './catalogue';
import type { Connection } from './connection';
import type { CallableTool, ConnectorState } from './directory';
import { createHealth } from './health';
import { createRedactor, type Redactor } from './redaction';
import { approvalOf, isRiskier, type JudgeTool, stricter } from './safety';
import { secretValuesOf } from './secrets';
import type { Overrides, StoredConnector } from './stored';
import { createTail } from './tail';

export interface Entry {
  readonly id: string;
  readonly addedBy: string;
  readonly createdAt: Date;
  name: string;
  transport: AnyTransport | undefined;
  masked: AnyTransport;
  enabled: boolean;
  given: ConnectorLimits;
  overrides: Overrides;
  catalogue: Catalogue;
  status: ConnectorStatus;
  error: string | undefined;
  server: Connector['server'];
  service: Connector['service'];
  /** Of what comes with Gatehouse and is known; undefined where the tools are judged by what their server says. */
  judge: JudgeTool | undefined;
  connection: Connection | undefined;
  redactor: Redactor;
  readonly health: ReturnType<typeof createHealth>;
  readonly stderr: ReturnType<typeof createTail>;
  /** Made anew by `refresh` whenever one of the above changed. */
  state: ConnectorState;
}

export function createEntry(stored: StoredConnector): Entry {
  const { id, addedBy, createdAt, name, transport, masked, enabled, overrides } = stored;
  const entry = {
    id,
    addedBy,
    createdAt,
    name,
    transport,
    masked,
    enabled,
    given: stored.limits,
    overrides,
    catalogue: emptyCatalogue,
    status: 'disabled' as const,
    error: undefined,
    server: null,
    service: null,
    judge: undefined,
    connection: undefined,
    redactor: redactorOf(transport),
    health: createHealth(),
    stderr: createTail(limits.connectorStderrBytes),
  };
  return { ...entry, state: stateOf(entry) };
}

export function refresh(entry: Entry): void {
  entry.state = stateOf(entry);
}

export function redactorOf(transport: AnyTransport | undefined): Redactor {
  return createRedactor(transport ? Object.values(secretValuesOf(transport)) : []);
}

function stateOf(entry: Omit<Entry, 'state'>): ConnectorState {
  const { id, name, enabled, status, error, given, catalogue, overrides } = entry;
  const tools = new Map<string, CallableTool>();
  for (const tool of catalogue.tools.values()) {
    const { title, description, inputSchema, outputSchema, annotations, check } = tool;
    tools.set(tool.name, {
      name: tool.name,
      title,
      description,
      inputSchema,
      outputSchema,
      annotations,
      validate: check,
      capability: tool.judged.capability,
      privilege: tool.judged.privilege,
      ...classOf(tool, overrides),
    });
  }
  const builtin = entry.masked.kind === 'builtin';
  return { id, name, builtin, enabled, status, error, limits: limitsOf(given), tools };
}

export function limitsOf(given: ConnectorLimits): ConnectorState['limits'] {
  return {
    callsPerMinute: given.callsPerMinute ?? limits.connectorCallsPerMinute,
    callsPerRun: given.callsPerRun ?? limits.connectorCallsPerRun,
    outputBytes: given.outputBytes ?? limits.connectorOutputBytes,
    timeoutSeconds: given.timeoutSeconds ?? limits.connectorTimeoutMs / 1000,
  };
}

/**
 * An override holds for the tool that the admin saw. A server that turns a tool into something riskier later, behind a class
 * that was lowered for what it was, gets at least the class of what it is now; what was made stricter stays so.
 */
function classOf(
  { name, judged }: DiscoveredTool,
  overrides: Overrides,
): Pick<CallableTool, 'safety' | 'approval' | 'overridden' | 'why'> {
  const set = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
  const usualOf = (safety: SafetyClass) => (safety === judged.safety && judged.approval) || approvalOf[safety];
  if (!set) return { safety: judged.safety, approval: usualOf(judged.safety), overridden: false, why: judged.why };
  const wanted = set.safety ?? judged.safety;
  const changed = isRiskier(judged.safety, set.judged);
  const safety = changed && isRiskier(judged.safety, wanted) ? judged.safety : wanted;
  const usual = usualOf(safety);
  const approval = changed ? stricter(set.approval ?? usual, usual) : (set.approval ?? usual);
  const why = set.safety ? 'An admin set its class.' : `${judged.why} An admin set what happens then.`;
  return {
    safety,
    approval,
    overridden: true,
    why: changed ? `It has changed since an admin set it up. ${judged.why}` : why,
  };
}

/** As every answer and event has it. */
export function viewOf(entry: Entry): Connector {
  const { state, masked, server, service, addedBy, createdAt, health, catalogue } = entry;
  return {
    id: state.id,
    name: state.name,
    transport: masked,
    status: state.status,
    ...(state.error !== undefined && { error: state.error }),
    enabled: state.enabled,
    limits: state.limits,
    tools: [...state.tools.values()].map(viewOfTool),
    notOffered: catalogue.notOffered,
    service,
    server,
    addedBy,
    createdAt: createdAt.toISOString(),
    health: health.read(),
  };
}

function viewOfTool(tool: CallableTool): Connector['tools'][number] {
  const { name, description, inputSchema, safety, approval, overridden, why, capability, privilege } = tool;
  return { name, description, inputSchema, safety, approval, overridden, why, capability, privilege };
}
