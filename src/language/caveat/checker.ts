// The static type check of a CEL expression. It reports all undeclared names and all operations on
// operands of the wrong types at once. An erroneous part has the type `any` from there on, so that
// one mistake is reported once.

import { limits } from '../../terms/index.js'
import { suggestion } from '../suggestion.js'
import {
  type Call,
  type Element,
  type Expression,
  type Fold,
  type Index,
  type MapEntry,
  type OptionalElse,
  type OptionalMap,
  printCall,
  printNames,
  type Select,
  type TextRange,
} from './expression.js'
import { typeNamed } from './library.js'
import { MACROS } from './macro.js'
import { findOperation, type Operation, operationNames } from './operation.js'
import {
  ANY,
  BOOL,
  fits,
  INT,
  join,
  joinAll,
  listOf,
  mapOf,
  optionalOf,
  printType,
  STRING,
  scalar,
  type Type,
} from './type.js'
import type { Value } from './value.js'

/** A mistake in an expression. */
interface Finding {
  readonly code: string
  readonly message: string
  readonly range: TextRange
}

/** The result of a check. */
interface Check {
  readonly type: Type
  readonly findings: readonly Finding[]
  /** The parameters that the expression mentions. */
  readonly mentioned: ReadonlySet<string>
}

type Parameters = ReadonlyMap<string, Type>

/** The variables of macros, the innermost last. */
type VariableScope = readonly Variable[]

interface Variable {
  readonly name: string
  readonly type: Type
}

/** Checks the types of an expression. */
export function checkExpression(expression: Expression, parameters: Parameters): Check {
  const checker = new Checker(parameters)
  const type = checker.infer(expression, [])
  return { type, findings: checker.findings, mentioned: checker.mentioned }
}

/** The check of one expression. */
class Checker {
  readonly findings: Finding[] = []
  readonly mentioned = new Set<string>()
  readonly #parameters: Parameters

  constructor(parameters: Parameters) {
    this.#parameters = parameters
  }

  /** The type of a node. Mistakes on the way become findings. */
  infer(node: Expression, scope: VariableScope): Type {
    switch (node.kind) {
      case 'literal':
        return typeOfLiteral(node.value)
      case 'name':
        return this.#name(node.name, node, scope)
      case 'select':
        return this.#select(this.infer(node.operand, scope), node)
      case 'index':
        return this.#index(this.infer(node.operand, scope), this.infer(node.key, scope), node)
      case 'call':
        return this.#call(node, node, scope)
      case 'list':
        return listOf(joinAll(this.#elements(node.elements, scope)))
      case 'map':
        return this.#map(node.entries, scope)
      case 'logic':
        for (const operand of node.operands) this.#bool(operand, `in \`${node.operator}\``, scope)
        return BOOL
      case 'conditional': {
        this.#bool(node.condition, 'before `?`', scope)
        const [then, otherwise] = [this.infer(node.then, scope), this.infer(node.otherwise, scope)]
        return this.#same(then, otherwise, node)
      }
      case 'fold':
        return this.#fold(node, scope)
      case 'optionalMap':
        return this.#optionalMap(node, scope)
      case 'optionalElse':
        return this.#optionalElse(node, scope)
    }
  }

  #name(name: string, range: TextRange, scope: VariableScope): Type {
    const parameter = this.#parameters.get(name)
    if (parameter !== undefined) this.mentioned.add(name)
    const type = scope.findLast(variable => variable.name === name)?.type ?? parameter
    if (type !== undefined) return type
    if (typeNamed(name) !== undefined) return scalar('type')
    return this.#wrong('undeclared-name', range, () => {
      const known = [...scope.map(variable => variable.name), ...this.#parameters.keys()]
      const expected =
        known.length === 0 ? 'no name: there are no parameters' : `one of ${printNames(known)}`
      const similar = suggestion(name, known)
      return `found \`${name}\`, which is not declared${similar}, expected ${expected}`
    })
  }

  #select(operand: Type, node: Select & TextRange): Type {
    const { field, mode } = node
    if (operand.kind === 'optional') {
      const inner = this.#select(operand.value, node)
      return mode === 'test' || inner.kind === 'optional' ? inner : optionalOf(inner)
    }
    if (operand.kind !== 'map' && operand.kind !== 'any') {
      return this.#wrong(
        'field-of-no-map',
        node,
        () => `found field \`${field}\` of \`${printType(operand)}\`, expected a map`,
      )
    }
    if (mode === 'test') return BOOL
    return mode === 'optional' ? optionalOf(elementOf(operand)) : elementOf(operand)
  }

  #index(operand: Type, key: Type, node: Index & TextRange): Type {
    if (operand.kind === 'optional') {
      const inner = this.#index(operand.value, key, node)
      return inner.kind === 'optional' ? inner : optionalOf(inner)
    }
    if (operand.kind !== 'list' && operand.kind !== 'map' && operand.kind !== 'any') {
      return this.#wrong(
        'index-of-no-collection',
        node,
        () => `found a key of \`${printType(operand)}\`, expected a list or a map`,
      )
    }
    const expected = operand.kind === 'list' ? INT : operand.kind === 'map' ? operand.key : ANY
    if (!fits(key, expected)) {
      const printIndex = (inner: Type) => `\`${printType(operand)}[${printType(inner)}]\``
      this.#wrong(
        'wrong-index',
        node.key,
        () => `found ${printIndex(key)}, expected ${printIndex(expected)}`,
      )
    }
    const value = elementOf(operand)
    return node.optional ? optionalOf(value) : value
  }

  #call({ form, name, operands }: Call, range: TextRange, scope: VariableScope): Type {
    const found = operands.map(operand => this.infer(operand, scope))
    const operation = findOperation(form, name)
    if (operation === undefined) {
      return this.#wrong('unknown-function', range, () => {
        const known = [...operationNames(form), ...(form === 'method' ? MACROS : [])]
        return `there is no ${form} \`${name}\`${suggestion(name, known)}`
      })
    }
    const type = operation.typeOf(found)
    if (type !== null) return type
    const printSignature = (types: readonly Type[]) =>
      `\`${printCall(form, name, types.map(printType))}\``
    const expected = () => expectation(operation, found, printSignature)
    return this.#wrong(
      'no-such-overload',
      range,
      () => `found ${printSignature(found)}, expected ${expected()}`,
    )
  }

  #elements(elements: readonly Element[], scope: VariableScope): readonly Type[] {
    return elements.map(({ value, optional }) => {
      const type = this.infer(value, scope)
      return optional ? this.#inside(type, value) : type
    })
  }

  /**
   * The type of a map literal. Composite keys count as `any`, because a type that is both key and
   * value would double in size with every level of nesting.
   */
  #map(entries: readonly MapEntry[], scope: VariableScope): Type {
    const keys = entries.map(({ key }) => this.infer(key, scope)).map(scalarOrAny)
    return mapOf(joinAll(keys), joinAll(this.#elements(entries, scope)))
  }

  #fold({ macro, range, variable, condition, body }: Fold, scope: VariableScope): Type {
    const item = this.#item(this.infer(range, scope), macro, range)
    const inner = [...scope, { name: variable, type: item }]
    if (condition !== null) this.#bool(condition, 'as a condition', inner)
    if (macro === 'map') return listOf(this.infer(body, inner))
    this.#bool(body, `in \`${macro}\``, inner)
    return macro === 'filter' ? listOf(item) : BOOL
  }

  /** The type of the items that a comprehension iterates over. */
  #item(whole: Type, macro: string, range: TextRange): Type {
    if (whole.kind === 'list') return whole.element
    if (whole.kind === 'map') return whole.key
    if (whole.kind === 'any') return ANY
    return this.#wrong(
      'range-of-no-collection',
      range,
      () => `found \`${macro}\` of \`${printType(whole)}\`, expected a list or a map`,
    )
  }

  #optionalMap({ target, variable, body, flat }: OptionalMap, scope: VariableScope): Type {
    const value = this.#inside(this.infer(target, scope), target)
    const image = this.infer(body, [...scope, { name: variable, type: value }])
    return optionalOf(flat ? this.#inside(image, body) : image)
  }

  #optionalElse({ target, otherwise, method }: OptionalElse, scope: VariableScope): Type {
    const value = this.#inside(this.infer(target, scope), target)
    const other = this.infer(otherwise, scope)
    if (method === 'orValue') return this.#same(value, other, otherwise)
    return optionalOf(this.#same(value, this.#inside(other, otherwise), otherwise))
  }

  /** The type that an optional holds. */
  #inside(type: Type, range: TextRange): Type {
    if (type.kind === 'optional') return type.value
    if (type.kind === 'any') return ANY
    return this.#wrong(
      'not-optional',
      range,
      () => `found \`${printType(type)}\`, expected an optional value`,
    )
  }

  /** The common type of two alternatives. */
  #same(a: Type, b: Type, range: TextRange): Type {
    if (fits(a, b)) return join(a, b)
    return this.#wrong(
      'different-types',
      range,
      () => `found \`${printType(a)}\` or \`${printType(b)}\`, expected one type`,
    )
  }

  /** Requires a boolean. */
  #bool(expression: Expression, where: string, scope: VariableScope): void {
    const type = this.infer(expression, scope)
    if (fits(type, BOOL)) return
    this.#wrong(
      'not-bool',
      expression,
      () => `found \`${printType(type)}\` ${where}, expected \`bool\``,
    )
  }

  /** Reports a mistake, up to the limit: an expression that consists of mistakes has thousands. */
  #wrong(code: string, { start, end }: TextRange, message: () => string): Type {
    if (this.findings.length < limits.violationsMax) {
      this.findings.push({ code, message: message(), range: { start, end } })
    }
    return ANY
  }
}

/** The signatures of an operation that are most similar to the operands found, as text. */
function expectation(
  { signatures, expectation: words }: Operation,
  found: readonly Type[],
  printSignature: (types: readonly Type[]) => string,
): string {
  if (words !== undefined) return words
  const parameters = signatures.map(signature => signature.parameters)
  const asMany = parameters.filter(({ length }) => length === found.length)
  const candidates = asMany.length > 0 ? asMany : parameters
  const alike = candidates.filter(([first]) => first && found[0] && fits(found[0], first))
  return [...new Set((alike.length > 0 ? alike : candidates).map(printSignature))].join(' or ')
}

function scalarOrAny(type: Type): Type {
  const { kind } = type
  return kind === 'list' || kind === 'map' || kind === 'optional' ? ANY : type
}

function elementOf(collection: Type): Type {
  if (collection.kind === 'list') return collection.element
  return collection.kind === 'map' ? collection.value : ANY
}

function typeOfLiteral(value: Value): Type {
  if (value === null) return scalar('null')
  if (typeof value === 'bigint') return INT
  if (typeof value === 'number') return scalar('double')
  if (typeof value === 'string') return STRING
  if (typeof value === 'boolean') return BOOL
  return scalar(value instanceof Uint8Array ? 'bytes' : 'uint')
}
