// The evaluation of a checked expression as a caveat: context in, outcome out. A context may hold
// keys that are not parameters, which are ignored. Every value of a parameter must fit its type,
// even if it is not needed.

import { type JsonObject, Refusal } from '../../terms/index.js'
import { suggestion } from '../suggestion.js'
import { Budget } from './budget.js'
import type { Caveat, CaveatOutcome } from './caveat.js'
import type { CaveatSource } from './compilation.js'
import { type Expression, printNames } from './expression.js'
import { toParameter } from './parameter.js'
import type { ParameterType } from './parameterType.js'
import { toProgram } from './program.js'
import { CaveatFailure, type Result, Unknown } from './value.js'

/** The caveat of a checked expression. */
export function toCaveat(
  source: CaveatSource,
  types: ReadonlyMap<string, ParameterType>,
  expression: Expression,
): Caveat {
  const { name, comment, parameters } = source
  const slots = new Map([...types.keys()].map((parameter, slot) => [parameter, slot]))
  const run = toProgram(expression, { parameters: slots, variables: [] })
  const toSlots = toFiller(name, types)
  return {
    name,
    comment,
    parameters,
    expression: source.expression.trim(),
    evaluate: (context, charge) => {
      const budget = new Budget(name)
      try {
        return toOutcome(name, run({ slots: toSlots(context, budget), budget }))
      } finally {
        charge?.(budget.spent)
      }
    },
    contextFault: context => contextFault(name, types, context),
  }
}

/**
 * Makes the function that converts a context to the slots of the parameters. The slots of absent
 * parameters are unknown.
 */
function toFiller(
  caveat: string,
  types: ReadonlyMap<string, ParameterType>,
): (context: JsonObject, budget: Budget) => Result[] {
  const parameters = [...types].map(([name, type]) => {
    return { name, type, absent: new Unknown(new Set([name])) }
  })
  return (context, budget) => {
    const spend = (steps: number): void => budget.spend(steps)
    return parameters.map(({ name, type, absent }) => {
      if (!Object.hasOwn(context, name)) return absent
      const value = toParameter(type, context[name], spend)
      if (!(value instanceof CaveatFailure)) return value
      throw new Refusal('caveat-parameter-type', typeFault(caveat, name, value), {
        caveat_name: caveat,
        parameter_name: name,
      })
    })
  }
}

/**
 * Converts the result of a run.
 * @throws Refusal `caveat-evaluation`
 */
function toOutcome(caveat: string, result: Result): CaveatOutcome {
  if (result === true) return { kind: 'yes' }
  if (result === false) return { kind: 'no' }
  if (result instanceof Unknown) return { kind: 'undecided', missing: [...result.names].sort() }
  const problem = result instanceof CaveatFailure ? result.message : 'its result is no bool'
  const message = `caveat \`${caveat}\` cannot be evaluated: ${problem}`
  throw new Refusal('caveat-evaluation', message, { caveat_name: caveat })
}

/** What is wrong with a context that is to be stored, or null. */
function contextFault(
  caveat: string,
  types: ReadonlyMap<string, ParameterType>,
  context: JsonObject,
): string | null {
  for (const [name, json] of Object.entries(context)) {
    const type = types.get(name)
    if (type === undefined) {
      const similar = suggestion(name, types.keys())
      const known = printNames([...types.keys()])
      return `unknown parameter \`${name}\` for caveat \`${caveat}\`${similar}, expected ${known}`
    }
    const value = toParameter(type, json, () => undefined)
    if (value instanceof CaveatFailure) return typeFault(caveat, name, value)
  }
  return null
}

const typeFault = (caveat: string, parameter: string, { message }: CaveatFailure): string =>
  `parameter \`${parameter}\` of caveat \`${caveat}\`: ${message}`
