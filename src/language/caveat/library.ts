// The CEL library behind one door: its functions on scalars and types, conversions and regular
// expressions (linear ones). Each function is planned once per number of operands, for all caveats.
// What it says about types of operands is what the checker goes by. The rest of CEL, which must cope
// with absent parameters, is not asked of it.

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

export type LibraryCall = (operands: readonly Value[]) => Outcome

/** One of the library's functions, ready to be applied to any number of operands. */
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

/** The value of a type's name, such as `int` or `google.protobuf.Timestamp`; undefined for others. */
export const typeNamed = (name: string): Value | undefined => TYPES.get(name)

const TYPES: ReadonlyMap<string, Value> = new Map([
  ...'bool bytes double int list map null_type string type uint google.protobuf.Duration google.protobuf.Timestamp'
    .split(' ')
    .map(name => [name, plan(environment, parse(name))({}) as Value] as const),
  ['optional_type', objectType('optional_type')],
])

interface LibraryFunction extends Signature {
  readonly form: CallForm
  readonly name: string
}

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

export const libraryFunctions: readonly LibraryFunction[] = [...environment.funcs].map(
  ({ name, target, arguments: parameters, result }) => {
    const sign = /^@(in)$|^_?([^a-z]{1,2})_$/.exec(name)
    const form = sign !== null ? 'operator' : target === undefined ? 'function' : 'method'
    return {
      form,
      name: sign === null ? name : (sign[1] ?? sign[2]),
      parameters: [...(target === undefined ? [] : [target]), ...parameters].map(toStatic),
      result: toStatic(result),
    }
  },
)

/** The operand types that a function takes; none for functions that the library does not have. */
export function librarySignatures(form: CallForm, name: string): readonly Signature[] {
  return libraryFunctions.filter(known => known.form === form && known.name === name)
}

function toStatic(type: CelType): Type {
  if (type.kind === 'list') return listOf(toStatic(type.element))
  if (type.kind === 'map') return mapOf(toStatic(type.key), toStatic(type.value))
  return SCALARS[type.name] === undefined ? ANY : scalar(SCALARS[type.name])
}
