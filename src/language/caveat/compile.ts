// The compilation of a caveat: parse the expression, check its types, make it executable. It
// reports as many faults as it can find. An expression that cannot be parsed has one fault.

import { limits } from '../../terms/index.js'
import type { Work } from '../steps.js'
import { checkExpression } from './checker.js'
import type { CaveatCompilation, CaveatFault, CaveatSource } from './compilation.js'
import { toCaveat } from './evaluation.js'
import type { Expression, TextRange } from './expression.js'
import { type ParameterType, parseParameterType, SCALARS } from './parameterType.js'
import { parseTokens, readTokens } from './parser.js'
import { BOOL, printType, type Type, toType } from './type.js'

/**
 * Compiles a caveat.
 * @param tokensMax bound on the tokens of the expression, which every step takes time for
 */
export function* compileCaveat(source: CaveatSource, tokensMax: number): Work<CaveatCompilation> {
  const types = readTypes(source)
  const length = source.expression.trim().length
  if (length > limits.caveatExpressionMax) {
    const max = limits.caveatExpressionMax
    const message = `the expression has ${length} characters, expected at most ${max}`
    return refused([...types.faults, parseFault('caveat-too-long', message, whole(source))])
  }
  const lexed = readTokens(source.expression, tokensMax)
  yield null
  const parsed = lexed.ok ? parseTokens(lexed.tokens) : lexed
  if (!parsed.ok) {
    const { message, range } = parsed.fault
    return refused([...types.faults, parseFault('caveat-syntax', message, range)])
  }
  yield null
  const faults = [...types.faults, ...check(source, types.known, parsed.expression)]
  yield null
  if (faults.length > 0) return refused(faults)
  return { ok: true, caveat: toCaveat(source, types.known, parsed.expression) }
}

type Types = ReadonlyMap<string, ParameterType>

/** The types of the parameters. A parameter of unknown type is reported and counts as `any`. */
function readTypes({ parameters }: CaveatSource): {
  readonly known: Types
  readonly faults: readonly CaveatFault[]
} {
  const known = new Map<string, ParameterType>()
  const faults: CaveatFault[] = []
  for (const { name, type } of parameters) {
    const read = parseParameterType(type)
    known.set(name, read ?? { kind: 'scalar', name: 'any' })
    if (read !== null) continue
    const message = `parameter \`${name}\` has the type \`${type}\`, expected ${TYPES_IN_WORDS}`
    faults.push({
      ...parseFault('unknown-parameter-type', message, { start: 0, end: 0 }),
      metadata: { parameter_name: name },
    })
  }
  return { known, faults }
}

const TYPES_IN_WORDS = `${SCALARS.map(name => `\`${name}\``).join(', ')}, \`list<…>\` or \`map<…>\``

function check(source: CaveatSource, types: Types, expression: Expression): readonly CaveatFault[] {
  const parameters = new Map<string, Type>([...types].map(([name, type]) => [name, toType(type)]))
  const { type, findings, mentioned } = checkExpression(expression, parameters)
  const faults = findings.map(({ code, message, range }) =>
    parseFault(`caveat-${code}`, message, range),
  )
  if (findings.length === 0 && type.kind !== BOOL.kind) {
    const message = `the expression results in \`${printType(type)}\`, expected \`bool\``
    faults.push(parseFault('caveat-result', message, expression))
  }
  const unused = source.parameters.filter(({ name }) => !mentioned.has(name))
  return [...faults, ...unused.map(({ name }) => unusedParameter(source, name))]
}

function unusedParameter(source: CaveatSource, name: string): CaveatFault {
  const { start, end } = whole(source)
  return {
    class: 'type',
    code: 'unused-caveat-parameter',
    message: `parameter \`${name}\` for caveat \`${source.name}\` is unused`,
    offset: start,
    length: end - start,
    metadata: { caveat_name: source.name, parameter_name: name },
  }
}

const parseFault = (code: string, message: string, { start, end }: TextRange): CaveatFault => ({
  class: 'parse',
  code,
  message,
  offset: start,
  length: end - start,
  metadata: {},
})

/** The range of the expression without the blanks around it. */
function whole({ expression }: CaveatSource): TextRange {
  const start = expression.length - expression.trimStart().length
  return { start, end: Math.max(start, expression.trimEnd().length) }
}

const refused = (faults: readonly CaveatFault[]): CaveatCompilation => ({ ok: false, faults })
