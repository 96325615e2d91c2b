// An expression made ready to run: closures over the slots of parameters and macro variables.
//
// The idea of evaluating with some parameters absent: an absent one is the value "unknown", with its
// name. An operation on unknowns is unknown, with all their names; a failure of another operand
// outweighs them, because nothing that could become known would help. Only the places where CEL itself
// can do without an operand are told apart: `&&` and `||` are decided by one side whatever the
// others are, `?:` asks for the branch that is taken, `all` and `exists` may be decided by one item,
// an optional's alternative is needed only where there is no value. There, unknown outweighs failure,
// because knowing more may still decide.

import { assert } from '../../terms/index.js'
import { access } from './access.js'
import { costOf } from './cost.js'
import type { Element, Expression, MapEntry, OptionalElse, OptionalMap } from './expression.js'
import { toFoldStep } from './fold.js'
import { typeNamed } from './library.js'
import { findOperation } from './operation.js'
import { decide, isHeldUp, notBool, type Step, strict } from './step.js'
import {
  CaveatFailure,
  type Key,
  NONE,
  Optional,
  type Outcome,
  toKey,
  type Value,
} from './value.js'

/** Where names stand in the frame: the variables, the innermost last, follow the parameters. */
interface Slots {
  readonly parameters: ReadonlyMap<string, number>
  readonly variables: readonly string[]
}

/** The expression must have been checked: its names and operations exist. */
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
        return isHeldUp(result) ? result : notBool(result)
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

const bind = (variable: string, { parameters, variables }: Slots): Slots => ({
  parameters,
  variables: [...variables, variable],
})

const nextSlot = ({ parameters, variables }: Slots): number => parameters.size + variables.length

function named(name: string, { parameters, variables }: Slots): Step {
  const variable = variables.lastIndexOf(name)
  const slot = variable < 0 ? parameters.get(name) : parameters.size + variable
  if (slot !== undefined) return frame => frame.slots[slot]
  const type = typeNamed(name)
  assert(type !== undefined, 'a checked expression speaks of what is declared')
  return () => type
}

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

/** Of entries with the same key the last one counts. */
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

function optionallyMapped({ target, variable, body, flat }: OptionalMap, slots: Slots): Step {
  const from = toProgram(target, slots)
  const inner = toProgram(body, bind(variable, slots))
  const slot = nextSlot(slots)
  return frame => {
    const result = from(frame)
    if (isHeldUp(result)) return result
    const value = unwrap(result)
    if (value === undefined) return NONE
    if (value instanceof CaveatFailure) return value
    frame.slots[slot] = value
    const image = inner(frame)
    if (isHeldUp(image)) return image
    return flat ? asOptional(image) : new Optional(image)
  }
}

function alternative(
  { target, otherwise, method }: OptionalElse,
  program: (part: Expression) => Step,
): Step {
  const [first, second] = [program(target), program(otherwise)]
  return frame => {
    const result = first(frame)
    if (isHeldUp(result)) return result
    const value = unwrap(result)
    if (value instanceof CaveatFailure) return value
    if (value === undefined) return second(frame)
    return method === 'orValue' ? value : result
  }
}

/** What an optional holds. */
function unwrap(value: Value): Outcome | undefined {
  const optional = asOptional(value)
  return optional instanceof Optional ? optional.value : optional
}

const asOptional = (value: Value): Optional | CaveatFailure =>
  value instanceof Optional
    ? value
    : new CaveatFailure('a value is no optional where one is needed')
