// The notation of the language tests: diagnostics as `line:column code`, and expressions with all
// of their parentheses.

import { STORED } from '../../src/language/bounds.js'
import type { Diagnostic } from '../../src/language/diagnostic.js'
import { compileSchema, schemaRefusal } from '../../src/language/index.js'
import { parseSchema } from '../../src/language/parser.js'
import { Report } from '../../src/language/report.js'
import { toSource } from '../../src/language/source.js'
import { withoutPause } from '../../src/language/steps.js'
import type { ExpressionNode, SchemaNode } from '../../src/language/syntax.js'
import type { Refusal } from '../../src/terms/index.js'

function diagnostics(text: string): readonly Diagnostic[] {
  const compilation = compileSchema(text)
  return compilation.ok ? [] : compilation.diagnostics
}

/** The mistakes in a text, in order; none for a sound one. */
export const mistakes = (text: string): readonly string[] =>
  diagnostics(text).map(({ span, code }) => `${span.line}:${span.column} ${code}`)

/** The messages of a text's mistakes. */
export const messages = (text: string): readonly string[] =>
  diagnostics(text).map(({ message }) => message)

/** What a text with mistakes is refused with. */
export const refusal = (text: string): Refusal => schemaRefusal(diagnostics(text))

/** A definition `doc` with this body, one item a line from line 2 on. */
export const doc = (...items: readonly string[]): string =>
  `definition doc {\n${items.map(item => `${item}\n`).join('')}}`

/** The syntax tree, and the codes of what was found on the way. */
export function parse(text: string): { readonly tree: SchemaNode; readonly found: string[] } {
  const report = new Report(toSource(text))
  const tree = withoutPause(parseSchema({ text, bounds: STORED }, report))
  return { tree, found: report.diagnostics().map(({ span, code }) => `${span.line} ${code}`) }
}

export function spell(node: ExpressionNode): string {
  switch (node.kind) {
    case 'nil':
    case 'self':
      return node.kind
    case 'name':
      return node.text
    case 'arrow':
      return `${node.relation.text}.${node.all ? 'all' : 'any'}(${node.target.text})`
    case 'exclusion':
      return `(${spell(node.base)} - ${spell(node.excluded)})`
    default:
      return `(${node.operands.map(spell).join(node.kind === 'union' ? ' + ' : ' & ')})`
  }
}
