import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { AuditLog } from '@/lib/audit/log';
import { hasTerminal, liveRunStatuses } from '@/lib/contracts/runs';
import type { EventBus } from '@/lib/platform/event-bus';
import type { LiveRuns } from '@/lib/runs/live-runs';
import type { ToolTokenRegistry } from '@/lib/tokens/registry';
import type { LookupOutcome } from '@/lib/traces/traces';
import { type SocketRegistry, socketKinds } from './sockets/registry';

export interface Metrics {
  countDecision(code: string): void;
  countTraceLookup(outcome: LookupOutcome): void;
  /** Prometheus text exposition. */
  render(): Promise<string>;
  readonly contentType: string;
}

interface MetricsSources {
  bus: EventBus;
  live: LiveRuns;
  sockets: SocketRegistry;
  audit: () => AuditLog;
  registry: () => ToolTokenRegistry;
}

export function createMetrics({ bus, live, sockets, audit, registry }: MetricsSources): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'gatehouse_' });

  const runs = new Gauge({
    name: 'gatehouse_runs',
    help: 'Live runs by status.',
    labelNames: ['status'],
    registers: [register],
    collect() {
      for (const status of liveRunStatuses) this.set({ status }, 0);
      for (const run of live.all()) this.inc({ status: hasTerminal(run) && !run.terminal ? 'starting' : 'active' });
    },
  });
  const ended = new Counter({
    name: 'gatehouse_runs_ended_total',
    help: 'Runs that ended since the start, by status.',
    labelNames: ['status'],
    registers: [register],
  });
  const decisions = new Counter({
    name: 'gatehouse_tool_decisions_total',
    help: 'Tool-token decisions by code.',
    labelNames: ['code'],
    registers: [register],
  });
  const lookups = new Counter({
    name: 'gatehouse_tool_session_lookups_total',
    help: 'Look-ups of tool-session records by outcome; failed ones could not be read or decoded.',
    labelNames: ['outcome'],
    registers: [register],
  });
  const gauges = [
    new Gauge({
      name: 'gatehouse_tool_tokens',
      help: 'Live tool tokens.',
      registers: [register],
      collect() {
        this.set(registry().activeTokenCount());
      },
    }),
    new Gauge({
      name: 'gatehouse_sockets',
      help: 'Open sockets by kind.',
      labelNames: ['kind'],
      registers: [register],
      collect() {
        for (const kind of socketKinds) this.set({ kind }, sockets.countByKind(kind));
      },
    }),
    new Gauge({
      name: 'gatehouse_audit_lag_seconds',
      help: 'How long the oldest row of the record has waited to be durable.',
      registers: [register],
      collect() {
        this.set(audit().lagMs() / 1000);
      },
    }),
    new Gauge({
      name: 'gatehouse_audit_rows',
      help: 'Rows of the record.',
      registers: [register],
      collect() {
        this.set(audit().rows());
      },
    }),
    runs,
  ];
  bus.subscribe((event) => {
    if (event.type === 'run.ended') ended.inc({ status: event.data.status });
  });

  return {
    countDecision: (code) => decisions.inc({ code }),
    countTraceLookup: (outcome) => lookups.inc({ outcome }),
    render: () => register.metrics(),
    contentType: gauges.length > 0 ? register.contentType : '',
  };
}
