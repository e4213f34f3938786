/**
 * Checks of a tool's input against the schema its server gave. That schema is hostile until shown otherwise: one that cannot
 * be checked means that the tool is not offered, never that its input goes through unchecked; one that would take for ever
 * (a pattern that backtracks, references that double or loop) is interrupted, and its input refused.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { limits } from '@/lib/platform/limits';
import type { Watchdog } from './watchdog';

export type InputCheck = (input: Record<string, unknown>) => string[];
export type CompiledSchema = { ok: true; check: InputCheck } | { ok: false; reason: string };

export interface SchemaCompiler {
  /** Small schemas without costly keywords: only a starved machine is slow at them, and that is no fault of theirs. */
  isCheap(schema: Record<string, unknown>): boolean;
  compile(schema: Record<string, unknown>): CompiledSchema;
  /** For one that was compiled before it was stored: what is slow about it happens at its first check. */
  remember(schema: Record<string, unknown>): CompiledSchema;
}

const compileTimeoutMs = 1_000;
const cheapTimeoutMs = 30_000;
const tooSlow = 'its schema takes too long to read';
const checkTimeoutMs = 250;
/** Keywords whose cost is not bounded by the size of schema and input. */
const costly =
  /"(pattern|patternProperties|propertyNames|\$ref|\$dynamicRef|\$recursiveRef|uniqueItems|format|anyOf|oneOf|allOf|not|if|contains|dependent\w*|dependencies|unevaluated\w+)"\s*:/;
const smallSchemaBytes = 8 * 1024;
const keptSchemas = 5_000;

type AnyAjv = Ajv | Ajv2019 | Ajv2020;
const options = { strict: false, logger: false, allErrors: false, messages: true } as const;
const newAjv = {
  'http://json-schema.org/draft-07/schema': () => new Ajv(options),
  'https://json-schema.org/draft/2019-09/schema': () => new Ajv2019(options),
  'https://json-schema.org/draft/2020-12/schema': () => new Ajv2020(options),
};
type Dialect = keyof typeof newAjv;
const isKnown = (dialect: string): dialect is Dialect => Object.hasOwn(newAjv, dialect);

export function createSchemaCompiler({ watchdog }: { watchdog: Watchdog }): SchemaCompiler {
  const live = new Map<string, AnyAjv>();

  /** Its own meta-schema is compiled before the watch begins: it is ours, and the largest of all. */
  function compilerOf(dialect: Dialect): AnyAjv {
    const known = live.get(dialect);
    if (known) return known;
    const ajv = newAjv[dialect]();
    addFormats.default(ajv);
    ajv.validateSchema({});
    live.set(dialect, ajv);
    return ajv;
  }

  /** A server that lists the same tools again and again is compiled once. */
  const kept = new Map<string, CompiledSchema>();

  function compileText(text: string): CompiledSchema {
    // A copy of our own: a compiled check refers to its schema for good.
    const schema: Record<string, unknown> = JSON.parse(text);
    const dialect = dialectOf(schema);
    if (!isKnown(dialect))
      return refused(`its schema is written in a dialect that is not known here: ${visible(dialect)}`);
    if (schema.type !== undefined && schema.type !== 'object') return refused('its schema is not one of an object');
    const ajv = compilerOf(dialect);
    try {
      const validate = watchdog.run(() => ajv.compile(schema), isCheap(text) ? cheapTimeoutMs : compileTimeoutMs);
      // Else every schema ever seen would be kept, and a later one with the same $id would meet it.
      ajv.removeSchema(schema);
      return { ok: true, check: checkWith(validate, isCheap(text) ? null : watchdog) };
    } catch (error) {
      // Interrupted or thrown out of, it may be left half-way: the next schema gets a fresh one.
      live.delete(dialect);
      return refused(describeCompileError(error));
    }
  }

  function keep(schema: Record<string, unknown>, compiledOf: (text: string) => CompiledSchema): CompiledSchema {
    const text = textOf(schema);
    if (text === undefined) return refused('its schema is nested too deeply');
    if (Buffer.byteLength(text) > limits.toolSchemaBytes)
      return refused(`its schema is over ${limits.toolSchemaBytes / 1024} KiB`);
    const known = kept.get(text);
    if (known) return known;
    const compiled = compiledOf(text);
    if (kept.size >= keptSchemas) kept.clear();
    // The machine may have been the slow one.
    if (compiled.ok || compiled.reason !== tooSlow) kept.set(text, compiled);
    return compiled;
  }

  return {
    isCheap: (schema) => isCheap(textOf(schema) ?? ''),
    compile: (schema) => keep(schema, compileText),
    remember: (schema) => keep(schema, (text) => ({ ok: true, check: compiledAtFirstCheck(() => compileText(text)) })),
  };
}

function compiledAtFirstCheck(compile: () => CompiledSchema): InputCheck {
  let compiled: CompiledSchema | undefined;
  return (input) => {
    compiled ??= compile();
    return compiled.ok ? compiled.check(input) : cannotTell;
  };
}

function isCheap(text: string): boolean {
  if (text.length > smallSchemaBytes || costly.test(text)) return false;
  // A long list of values, looked through for each of a million items.
  return !(text.includes('"items"') && text.includes('"enum"'));
}

const cannotTell = ['the input could not be checked against the schema of this tool in time'];

function checkWith(validate: ValidateFunction, watchdog: Watchdog | null): InputCheck {
  return (input) => {
    try {
      const fits = watchdog ? watchdog.run(() => validate(input), checkTimeoutMs) : validate(input);
      return fits === true ? [] : describeErrors(validate.errors ?? []);
    } catch {
      // A loop of references ends as a stack that overflows, everything else as time that ran out.
      return cannotTell;
    }
  };
}

function describeErrors(errors: ErrorObject[]): string[] {
  const texts = errors.slice(0, 10).map(({ instancePath, message, params }) => {
    const path = instancePath.replaceAll('/', '.').replace(/^\./, '') || 'input';
    const extra = 'additionalProperty' in params ? ` (${visible(String(params.additionalProperty))})` : '';
    return `${visible(path)}: ${message ?? 'does not fit'}${extra}`;
  });
  return texts.length > 0 ? texts : ['input: does not fit'];
}

function describeCompileError(error: unknown): string {
  const message = messageOf(error);
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
    return tooSlow;
  if (message.includes('call stack')) return 'its schema refers to itself without end';
  const missing = /can't resolve reference (\S+)/.exec(message)?.[1];
  if (missing) return `its schema refers to ${visible(missing)}, which is not in it`;
  return `its schema is wrong: ${visible(message)}`;
}

/** Not by `instanceof`: what is thrown under the watchdog may come from its own realm. */
function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}

function refused(reason: string): CompiledSchema {
  return { ok: false, reason };
}

/** The newest where it says nothing, as MCP has it. */
function dialectOf({ $schema }: Record<string, unknown>): string {
  if ($schema === undefined) return 'https://json-schema.org/draft/2020-12/schema';
  return String($schema)
    .replace(/#$/, '')
    .replace(/^https:\/\/json-schema\.org\/draft-/, 'http://json-schema.org/draft-');
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Foreign text as one short line that acts on nothing around it. */
export function visible(text: string): string {
  const escaped = text
    .slice(0, 200)
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return text.length > 200 ? `${escaped}…` : escaped;
}
