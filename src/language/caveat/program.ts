// The executable form of an expression: closures over a frame with slots for parameters and macro
// variables.
//
// An evaluation may lack parameters. An absent parameter has the value `Unknown`, which carries its
// name. An operation on unknown operands is unknown and carries all their names. If another operand
// fails, the failure is the result, because no further parameter could change it.
//
// The exceptions are the constructs that CEL can decide without some operands. `&&` and `||` are
// decided by one side, `?:` needs only the branch that is taken, `all` and `exists` may be decided
// by one item, and an optional's alternative is needed only if the optional is empty. In logic,
// `all` and `exists`, an unknown outweighs a failure, because a further parameter may still decide.

import { assert } from '../../terms/index.js'
import { access } from './access.js'
import { costOf } from './cost.js'
import type { Element, Expression, MapEntry, OptionalElse, OptionalMap } from './expression.js'
import { toFoldStep } from './fold.js'
import { typeNamed } from './library.js'
import { findOperation } from './operation.js'
import { decide, hasNoValue, notBool, type Step, strict } from './step.js'
import {
  CaveatFailure,
  type Key,
  NONE,
  Optional,
  type Outcome,
  toKey,
  type Value,
} from './value.js'

/**
 * The slots of names in the frame. The slots of variables, the innermost last, follow those of
 * parameters.
 */
interface Slots {
  readonly parameters: ReadonlyMap<string, number>
  readonly variables: readonly string[]
}

/**
 * The executable form of an expression. The type check has ensured that its names and operations
 * exist.
 */
export function toProgram(expression: Expression, slots: Slots): Step {
  const program = (part: Expression): Step => toProgram(part, slots)
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'name':
      return named(expression.name, slots)
    case 'select': {
      const { operand, field, mode } = expression
      return strict([program(operand)], ([value]) => access(value, field, mode))
    }
    case 'index': {
      const mode = expression.optional ? 'optional' : 'value'
      const operands = [program(expression.operand), program(expression.key)]
      return strict(operands, ([value, key]) => access(value, key, mode))
    }
    case 'call': {
      const operation = findOperation(expression.form, expression.name)
      assert(operation !== undefined, 'a checked expression calls what there is')
      const cost = costOf(expression.form, expression.name)
      return strict(expression.operands.map(program), (operands, budget) => {
        budget.spend(cost(operands))
        return operation.apply(operands, budget)
      })
    }
    case 'list':
      return listed(expression.elements, program)
    case 'map':
      return mapped(expression.entries, program)
    case 'logic': {
      const operands = expression.operands.map(program)
      const deciding = expression.operator === '||'
      return frame =>
        decide(operands.length, i => operands[i](frame), { deciding, budget: frame.budget })
    }
    case 'conditional': {
      const [condition, then, otherwise] = [
        program(expression.condition),
        program(expression.then),
        program(expression.otherwise),
      ]
      return frame => {
        const result = condition(frame)
        if (typeof result === 'boolean') return result ? then(frame) : otherwise(frame)
        return hasNoValue(result) ? result : notBool(result)
      }
    }
    case 'fold': {
      const inner = (part: Expression) => toProgram(part, bind(expression.variable, slots))
      return toFoldStep({
        macro: expression.macro,
        range: program(expression.range),
        condition: expression.condition && inner(expression.condition),
        body: inner(expression.body),
        slot: nextSlot(slots),
      })
    }
    case 'optionalMap':
      return optionallyMapped(expression, slots)
    case 'optionalElse':
      return alternative(expression, program)
  }
}

/** The slots with one more variable. */
const bind = (variable: string, { parameters, variables }: Slots): Slots => ({
  parameters,
  variables: [...variables, variable],
})

/** The slot of the variable that `bind` adds. */
const nextSlot = ({ parameters, variables }: Slots): number => parameters.size + variables.length

/** A parameter, a variable, or the name of a type. */
function named(name: string, { parameters, variables }: Slots): Step {
  const variable = variables.lastIndexOf(name)
  const slot = variable < 0 ? parameters.get(name) : parameters.size + variable
  if (slot !== undefined) return frame => frame.slots[slot]
  const type = typeNamed(name)
  assert(type !== undefined, 'a checked expression speaks of what is declared')
  return () => type
}

/** A list literal. */
function listed(elements: readonly Element[], program: (part: Expression) => Step): Step {
  return strict(
    elements.map(({ value }) => program(value)),
    values => {
      const list: Value[] = []
      for (const [i, value] of values.entries()) {
        const element = elements[i].optional ? unwrap(value) : value
        if (element instanceof CaveatFailure) return element
        if (element !== undefined) list.push(element)
      }
      return list
    },
  )
}

/** A map literal. The last of several entries with the same key counts. */
function mapped(entries: readonly MapEntry[], program: (part: Expression) => Step): Step {
  return strict(
    entries.flatMap(({ key, value }) => [program(key), program(value)]),
    values => {
      const map = new Map<Key, Value>()
      for (const [i, { optional }] of entries.entries()) {
        const key = toKey(values[2 * i])
        if (key === null) return new CaveatFailure('a value is no key where one is needed')
        const value = optional ? unwrap(values[2 * i + 1]) : values[2 * i + 1]
        if (value instanceof CaveatFailure) return value
        if (value === undefined) map.delete(key)
        else map.set(key, value)
      }
      return map
    },
  )
}

/** `optMap` or `optFlatMap`. */
function optionallyMapped({ target, variable, body, flat }: OptionalMap, slots: Slots): Step {
  const from = toProgram(target, slots)
  const inner = toProgram(body, bind(variable, slots))
  const slot = nextSlot(slots)
  return frame => {
    const result = from(frame)
    if (hasNoValue(result)) return result
    const value = unwrap(result)
    if (value === undefined) return NONE
    if (value instanceof CaveatFailure) return value
    frame.slots[slot] = value
    const image = inner(frame)
    if (hasNoValue(image)) return image
    return flat ? asOptional(image) : new Optional(image)
  }
}

/** `or` or `orValue`. */
function alternative(
  { target, otherwise, method }: OptionalElse,
  program: (part: Expression) => Step,
): Step {
  const [first, second] = [program(target), program(otherwise)]
  return frame => {
    const result = first(frame)
    if (hasNoValue(result)) return result
    const value = unwrap(result)
    if (value instanceof CaveatFailure) return value
    if (value === undefined) return second(frame)
    return method === 'orValue' ? value : result
  }
}

/**
 * The value in an optional, undefined for an empty one. A failure for a value that is not an
 * optional.
 */
function unwrap(value: Value): Outcome | undefined {
  const optional = asOptional(value)
  return optional instanceof Optional ? optional.value : optional
}

const asOptional = (value: Value): Optional | CaveatFailure =>
  value instanceof Optional
    ? value
    : new CaveatFailure('a value is no optional where one is needed')
