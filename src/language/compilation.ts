// The way from text to schema, one step after another; each step reports what it finds, and as many
// run as can say something of their own.

import { limits } from '../terms/index.js'
import { checkAnnotations } from './annotation.js'
import { checkTypes } from './checker.js'
import { compile } from './compiler.js'
import { compileConditions } from './conditions.js'
import type { Diagnostic } from './diagnostic.js'
import { checkNames } from './naming.js'
import { parseSchema } from './parser.js'
import { expandPartials } from './partials.js'
import { Report } from './report.js'
import type { Schema } from './schema.js'
import { type SchemaScope, toScope } from './scope.js'
import { compileSharing } from './sharing/compile.js'
import { toSource } from './source.js'

type Compilation =
  | { readonly ok: true; readonly schema: Schema }
  /** In the order of the text, at least one. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/**
 * The schema that the text spells, or everything that is wrong with it. Never throws for a text.
 * @param membersMax what is written is held to; what is stored opens
 */
export function compileSchema(
  text: string,
  membersMax: number = Number.POSITIVE_INFINITY,
): Compilation {
  const report = new Report(toSource(text))
  const schema = isTooLarge(text, report) ? null : compileText(text, membersMax, report)
  const diagnostics = report.diagnostics()
  return schema === null || diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, schema }
}

function compileText(text: string, membersMax: number, report: Report): Schema | null {
  const tree = parseSchema(text, report)
  checkNames(tree, report)
  const scope = toScope(tree, expandPartials(tree, report), report)
  requireMembers(scope, membersMax, report)
  const caveats = compileConditions(tree, report)
  checkTypes(scope, report)
  if (!report.isEmpty) return null
  const definitions = [...scope.definitions.values()]
  const schema = compile({ text, uses: tree.uses, definitions, caveats })
  checkAnnotations(schema, scope, report)
  return { ...schema, sharing: compileSharing(schema, { tree, scope }, report) }
}

/** Told at the definition with which there are too many. */
function requireMembers({ definitions }: SchemaScope, max: number, report: Report): void {
  let count = 0
  for (const { members, node } of definitions.values()) {
    const before = count
    count += members.size
    if (before > max || count <= max) continue
    const message = `found over ${max} relations and permissions, expected at most that in a schema`
    report.add({ class: 'parse', code: 'too-many-members', message, at: node.name })
  }
}

function isTooLarge(text: string, report: Report): boolean {
  const bytesMax = limits.schemaBytesMax
  if (text.length <= bytesMax && new TextEncoder().encode(text).length <= bytesMax) return false
  const message = `found a schema of over ${bytesMax} bytes, expected at most that`
  report.add({ class: 'parse', code: 'schema-too-large', message, at: { start: 0, end: 0 } })
  return true
}
