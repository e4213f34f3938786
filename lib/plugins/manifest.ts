/** `gatehouse.plugin.json`: what a plugin says about itself. Read whole or refused whole, with every problem at once. */
import { z } from 'zod';
import { label } from '@/lib/contracts/common';
import { connectorId, connectorTransport } from '@/lib/contracts/connectors';
import { isCapability, pluginId, pluginName } from '@/lib/contracts/plugins';

export const manifestFile = 'gatehouse.plugin.json';
export const manifestBytes = 256 * 1024;

const capabilities = z.array(z.string().max(200)).max(200).default([]);
const argument = z
  .string()
  .max(32_768)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character')
  .refine(staysInside, 'must stay inside the folder of the plugin: no ".." behind "./"');
const variable = z
  .string()
  .max(32_768)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character');

const shape = z.strictObject({
  id: pluginId,
  name: pluginName,
  version: label(64),
  description: label(500),
  capabilities: z
    .strictObject({ required: capabilities, optional: capabilities })
    .default({ required: [], optional: [] }),
  command: z.array(argument).min(1).max(256).optional(),
  env: z.record(z.string().max(128), variable).optional(),
  connectors: z
    .record(connectorId, z.strictObject({ name: label(100), transport: connectorTransport }))
    .refine((given) => Object.keys(given).length <= 50, 'must be at most 50')
    .optional(),
});
export type PluginManifest = z.infer<typeof shape>;

export type ParsedManifest = { ok: true; manifest: PluginManifest } | { ok: false; problems: string[] };

/** The manifest with its capabilities sorted, each once; or a sentence for each thing that is wrong. */
export function parseManifest(text: string): ParsedManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problems: [`${manifestFile} is not JSON.`] };
  }
  const parsed = shape.safeParse(value);
  const problems = [...(parsed.success ? [] : parsed.error.issues.flatMap(describe)), ...beyondShape(value)];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { required, optional } = parsed.data.capabilities;
  const needed = new Set(required);
  return {
    ok: true,
    manifest: {
      ...parsed.data,
      capabilities: {
        required: [...needed].sort(),
        optional: [...new Set(optional)].filter((capability) => !needed.has(capability)).sort(),
      },
    },
  };
}

/** Checked on what was given, so that a wrong version does not hide a wrong capability. */
function beyondShape(value: unknown): string[] {
  const given = record(value);
  const asked = record(given.capabilities);
  const lists = (['required', 'optional'] as const).flatMap((list) =>
    strings(asked[list])
      .filter((text) => !isCapability(text))
      .map((text) => `capabilities.${list}: ${JSON.stringify(text.slice(0, 100))} is not a capability.`),
  );
  const names = Object.keys(record(given.env)).flatMap((name) => {
    const shown = name.slice(0, 64);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [`env: ${JSON.stringify(shown)} is not a variable name.`];
    return name.startsWith('GATEHOUSE_')
      ? [`env.${shown}: names that start with GATEHOUSE_ are set by Gatehouse.`]
      : [];
  });
  return [...lists, ...names];
}

function describe(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  const say = (where: string[], what: string) => `${where.join('.').slice(0, 200) || manifestFile}: ${what}.`;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => say([...path, key], 'no such field'));
  return [say(path, issue.message)];
}

/** `./x` is a file of the plugin, so it must not lead out of it. */
function staysInside(text: string): boolean {
  return !text.startsWith('./') || !text.split('/').includes('..');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
