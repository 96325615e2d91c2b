// The adapter to the CEL library, which supplies functions on scalars and types, conversions, and
// regular expressions that run in linear time. A function is planned once per number of operands
// and shared by all caveats. The library's signatures also serve the type check. The rest of CEL
// must handle absent parameters, which the library does not support, so it is not delegated.

import {
  type CelInput,
  type CelType,
  celEnv,
  isCelError,
  objectType,
  parse,
  plan,
} from '@bufbuild/cel'
import { type CallForm, printCall } from './expression.js'
import { overrides } from './overrides.js'
import { ANY, listOf, mapOf, type ScalarKind, type Signature, scalar, type Type } from './type.js'
import { CaveatFailure, isOwn, type Outcome, type Value } from './value.js'

const environment = celEnv({ funcs: overrides })

/** A function of the library. */
export type LibraryCall = (operands: readonly Value[]) => Outcome

/** A function of the library, applicable to any number of operands. */
export function libraryCall(form: CallForm, name: string): LibraryCall {
  const byCount: LibraryCall[] = []
  return operands => {
    byCount[operands.length] ??= planCall(form, name, operands.length)
    return byCount[operands.length](operands)
  }
}

function planCall(form: CallForm, name: string, count: number): LibraryCall {
  const names = Array.from({ length: count }, (_, i) => `operand${i}`)
  const run = plan(environment, parse(printCall(form, name, names)))
  return operands => {
    if (operands.some(isOwn)) return new CaveatFailure(`found no matching overload for \`${name}\``)
    const bindings: Record<string, CelInput> = {}
    for (let i = 0; i < count; i++) bindings[names[i]] = operands[i] as CelInput
    const result = run(bindings)
    return isCelError(result) ? new CaveatFailure(result.message) : result
  }
}

/**
 * The value of a type name such as `int` or `google.protobuf.Timestamp`. Undefined for other names.
 */
export const typeNamed = (name: string): Value | undefined => TYPES.get(name)

const TYPE_NAMES = [
  ...'bool bytes double int list map null_type string type uint'.split(' '),
  ...'google.protobuf.Duration google.protobuf.Timestamp'.split(' '),
]
const TYPES: ReadonlyMap<string, Value> = new Map([
  ...TYPE_NAMES.map(name => [name, plan(environment, parse(name))({}) as Value] as const),
  ['optional_type', objectType('optional_type')],
])

/** A function of the library with one of its signatures. */
interface LibraryFunction extends Signature {
  readonly form: CallForm
  readonly name: string
}

/** The static types of the library's scalar type names. */
const SCALARS: Readonly<Record<string, ScalarKind>> = {
  bool: 'bool',
  bytes: 'bytes',
  double: 'double',
  int: 'int',
  null_type: 'null',
  string: 'string',
  type: 'type',
  uint: 'uint',
  'google.protobuf.Duration': 'duration',
  'google.protobuf.Timestamp': 'timestamp',
}

/** All functions of the library. Operators have names such as `_+_` or `@in` there. */
export const libraryFunctions: readonly LibraryFunction[] = [...environment.funcs].map(
  ({ name, target, arguments: parameters, result }) => {
    const operator = /^@(in)$|^_?([^a-z]{1,2})_$/.exec(name)
    const form = operator !== null ? 'operator' : target === undefined ? 'function' : 'method'
    return {
      form,
      name: operator === null ? name : (operator[1] ?? operator[2]),
      parameters: [...(target === undefined ? [] : [target]), ...parameters].map(toStatic),
      result: toStatic(result),
    }
  },
)

/** The signatures of a function. Empty for a function that the library does not have. */
export function librarySignatures(form: CallForm, name: string): readonly Signature[] {
  return libraryFunctions.filter(known => known.form === form && known.name === name)
}

function toStatic(type: CelType): Type {
  if (type.kind === 'list') return listOf(toStatic(type.element))
  if (type.kind === 'map') return mapOf(toStatic(type.key), toStatic(type.value))
  return SCALARS[type.name] === undefined ? ANY : scalar(SCALARS[type.name])
}
