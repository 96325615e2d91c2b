// Caveats in one line, such as `caveat('a int, b bool', 'a == 1 && b')`, and outcomes as text.

import { type Caveat, type CaveatFault, compileCaveat } from '../../src/language/caveat/index.js'
import { withoutPause } from '../../src/language/steps.js'
import { type JsonObject, Refusal } from '../../src/terms/index.js'

export function compile(parameters: string, expression: string) {
  return withoutPause(
    compileCaveat(
      {
        name: 'c',
        comment: '',
        parameters: [...parameters.matchAll(/(\w+) ([^\s,]+)/g)].map(([, name, type]) => ({
          name,
          type,
        })),
        expression,
      },
      Number.POSITIVE_INFINITY,
    ),
  )
}

export function caveat(parameters: string, expression: string): Caveat {
  const compilation = compile(parameters, expression)
  if (compilation.ok) return compilation.caveat
  throw new Error(`${expression}: ${compilation.faults.map(({ message }) => message).join('; ')}`)
}

export function faults(parameters: string, expression: string): readonly CaveatFault[] {
  const compilation = compile(parameters, expression)
  return compilation.ok ? [] : compilation.faults
}

/** `yes`, `no`, `missing a, b`, or `refused: ` and the code. */
export function outcome(condition: Caveat, context: JsonObject): string {
  try {
    const result = condition.evaluate(context)
    return result.kind === 'undecided' ? `missing ${result.missing.join(', ')}` : result.kind
  } catch (error) {
    if (error instanceof Refusal) return `refused: ${error.code}`
    throw error
  }
}

/** The message of the refusal that evaluating ends in. */
export function refusal(condition: Caveat, context: JsonObject): Refusal {
  try {
    condition.evaluate(context)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was not refused')
}
