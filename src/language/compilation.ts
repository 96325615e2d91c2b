// The compilation of a schema: text to tree, tree to names, names to types, types to the compiled
// schema. Each step reports its mistakes, and later steps still run as long as they can find
// mistakes of their own.

import { limits } from '../terms/index.js'
import { checkAnnotations } from './annotation.js'
import { type Bounds, OutOfBounds, refuseExcess, STORED } from './bounds.js'
import { checkTypes } from './checker.js'
import { compile } from './compiler.js'
import { compileConditions } from './conditions.js'
import type { Diagnostic } from './diagnostic.js'
import { checkNames } from './naming.js'
import { MEMBERS, parseSchema } from './parser.js'
import { expandPartials } from './partials.js'
import { Report } from './report.js'
import type { Schema } from './schema.js'
import { type SchemaScope, toScope } from './scope.js'
import { compileSharing } from './sharing/compile.js'
import { toSource } from './source.js'
import { type Work, withoutPause } from './steps.js'

/** The result of a compilation. */
type Compilation =
  | { readonly ok: true; readonly schema: Schema }
  /** The mistakes in the order of the text, at least one. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/**
 * Compiles a schema, or returns everything that is wrong with it. Never throws because of a text.
 * @param bounds those for a written schema, or none for a stored one
 */
export const compileSchema = (text: string, bounds: Bounds = STORED): Compilation =>
  withoutPause(compileInSteps(text, bounds))

/** The same compilation with pauses, so that the caller can interleave other work. */
export function* compileInSteps(text: string, bounds: Bounds = STORED): Work<Compilation> {
  const report = new Report(toSource(text))
  const schema = isTooLarge(text, report) ? null : yield* compileBounded({ text, bounds }, report)
  const diagnostics = report.diagnostics()
  return schema === null || diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, schema }
}

interface Bounded {
  readonly text: string
  readonly bounds: Bounds
}

function* compileBounded(bounded: Bounded, report: Report): Work<Schema | null> {
  try {
    return yield* compileText(bounded, report)
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error
    return null
  }
}

/**
 * Runs the steps; null after mistakes that prevent a compiled schema.
 * @throws OutOfBounds
 */
function* compileText({ text, bounds }: Bounded, report: Report): Work<Schema | null> {
  const tree = yield* parseSchema({ text, bounds }, report)
  yield* checkNames(tree, report)
  const scope = yield* toScope(tree, expandPartials(tree, report), report)
  requireMembers(scope, bounds.members, report)
  const caveats = yield* compileConditions(tree, bounds, report)
  yield* checkTypes(scope, report)
  if (!report.isEmpty) return null
  const definitions = [...scope.definitions.values()]
  const schema = yield* compile({ text, uses: tree.uses, definitions, caveats })
  yield* checkAnnotations({ schema, scope, max: bounds.annotatedMembers }, report)
  return { ...schema, sharing: yield* compileSharing(schema, { tree, scope }, report) }
}

/**
 * Bounds the members after partials are expanded. The report points at the definition that exceeds
 * the bound.
 * @throws OutOfBounds
 */
function requireMembers({ definitions }: SchemaScope, max: number, report: Report): void {
  let count = 0
  for (const { members, node } of definitions.values()) {
    count += members.size
    if (count > max) refuseExcess(report, 'too-many-members', { max, what: MEMBERS }, node.name)
  }
}

function isTooLarge(text: string, report: Report): boolean {
  const bytesMax = limits.schemaBytesMax
  if (text.length <= bytesMax && new TextEncoder().encode(text).length <= bytesMax) return false
  const message = `found a schema of over ${bytesMax} bytes, expected at most that`
  report.add({ class: 'parse', code: 'schema-too-large', message, at: { start: 0, end: 0 } })
  return true
}
