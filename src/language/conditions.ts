// The caveats of a schema, compiled. Their conditions are CEL expressions, which `caveat/`
// compiles; this file converts positions in a condition to positions in the schema when it reports
// a fault.

import type { Bounds } from './bounds.js'
import { type Caveat, type CaveatFault, compileCaveat } from './caveat/index.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'
import type { Work } from './steps.js'
import type { CaveatNode, ParameterNode, SchemaNode } from './syntax.js'

/** The caveats without faults, in the order of the text. */
export function* compileConditions(
  schema: SchemaNode,
  bounds: Bounds,
  report: Report,
): Work<readonly Caveat[]> {
  const caveats: Caveat[] = []
  for (const declaration of schema.declarations) {
    if (declaration.kind !== 'caveat') continue
    const caveat = yield* compileCondition(declaration, bounds, report)
    if (caveat !== null) caveats.push(caveat)
  }
  return caveats
}

function* compileCondition(node: CaveatNode, bounds: Bounds, report: Report): Work<Caveat | null> {
  const parameters = distinctParameters(node, report)
  const source = {
    name: node.name.text,
    comment: node.comment,
    parameters: [...parameters].map(([name, { type }]) => ({ name, type })),
    expression: node.body.text,
  }
  const compilation = yield* compileCaveat(source, bounds.caveatTokens)
  if (compilation.ok) return compilation.caveat
  for (const fault of compilation.faults) {
    const { class: kind, code, message, metadata } = fault
    report.add({ class: kind, code, message, metadata, at: rangeOf(fault, node, parameters) })
  }
  return null
}

/** The parameters by name. A second one of the same name is reported and left out. */
function distinctParameters(node: CaveatNode, report: Report): ReadonlyMap<string, ParameterNode> {
  const distinct = new Map<string, ParameterNode>()
  for (const parameter of node.parameters) {
    const name = parameter.name.text
    if (distinct.has(name)) {
      const message = `duplicate parameter \`${name}\` defined on caveat \`${node.name.text}\``
      const metadata = { caveat_name: node.name.text, parameter_name: name }
      report.add({
        class: 'parse',
        code: 'duplicate-parameter',
        message,
        metadata,
        at: parameter.name,
      })
    } else {
      distinct.set(name, parameter)
    }
  }
  return distinct
}

/** The range that a report points at: the parameter at fault, or a range within the condition. */
function rangeOf(
  fault: CaveatFault,
  { body }: CaveatNode,
  parameters: ReadonlyMap<string, ParameterNode>,
): SourceRange {
  const parameter = parameters.get(fault.metadata.parameter_name ?? '')
  if (parameter !== undefined) return parameter
  const start = Math.min(body.start + fault.offset, body.end)
  return { start, end: Math.min(start + fault.length, body.end) }
}
