// The static types of expressions. `any` is a type that only evaluation reveals, so it fits
// everywhere.

import type { ParameterType } from './parameterType.js'

/** The static type of an expression. */
export type Type =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'optional'; readonly value: Type }

export type ScalarKind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'int'
  | 'ipaddress'
  | 'null'
  | 'string'
  | 'timestamp'
  | 'type'
  | 'uint'

/** The types that an operation takes and returns. */
export interface Signature {
  readonly parameters: readonly Type[]
  readonly result: Type
}

export const ANY: Type = { kind: 'any' }
export const BOOL: Type = { kind: 'bool' }
export const INT: Type = { kind: 'int' }
export const STRING: Type = { kind: 'string' }
export const scalar = (kind: ScalarKind): Type => ({ kind })
export const listOf = (element: Type): Type => ({ kind: 'list', element })
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', key, value })
export const optionalOf = (value: Type): Type => ({ kind: 'optional', value })

/**
 * The static type of a parameter. As in SpiceDB, a `uint` parameter is an `int` in expressions;
 * only its values differ.
 */
export function toType(parameter: ParameterType): Type {
  if (parameter.kind === 'list') return listOf(toType(parameter.element))
  if (parameter.kind === 'map') return mapOf(STRING, toType(parameter.value))
  return parameter.name === 'uint' ? INT : { kind: parameter.name }
}

/** Types whose values may be null. */
const NULLABLE = new Set<Type['kind']>(['timestamp', 'duration', 'ipaddress', 'optional'])
const NUMERIC = new Set<Type['kind']>(['int', 'uint', 'double'])

/** Whether a value of one type may be used where the other is expected. */
export function fits(a: Type, b: Type): boolean {
  if (a.kind === 'any' || b.kind === 'any') return true
  if (a.kind === 'null') return b.kind === 'null' || NULLABLE.has(b.kind)
  if (b.kind === 'null') return NULLABLE.has(a.kind)
  if (a.kind === 'list' && b.kind === 'list') return fits(a.element, b.element)
  if (a.kind === 'map' && b.kind === 'map') return fits(a.key, b.key) && fits(a.value, b.value)
  if (a.kind === 'optional' && b.kind === 'optional') return fits(a.value, b.value)
  return a.kind === b.kind
}

/** Whether values of the two types can be equal. Numbers can be, across their types. */
export const comparable = (a: Type, b: Type): boolean =>
  fits(a, b) || (NUMERIC.has(a.kind) && NUMERIC.has(b.kind))

/** The common type of values that have either type. */
export function join(a: Type, b: Type): Type {
  if (a.kind === 'list' && b.kind === 'list') return listOf(join(a.element, b.element))
  if (a.kind === 'map' && b.kind === 'map') return mapOf(join(a.key, b.key), join(a.value, b.value))
  if (a.kind === 'optional' && b.kind === 'optional') return optionalOf(join(a.value, b.value))
  if (a.kind === 'null' && NULLABLE.has(b.kind)) return b
  if (b.kind === 'null' && NULLABLE.has(a.kind)) return a
  return a.kind === b.kind ? a : ANY
}

export const joinAll = (types: readonly Type[]): Type =>
  types.length === 0 ? ANY : types.reduce(join)

/** The type as a schema spells it, such as `map<list<int>>`. */
export function printType(type: Type): string {
  if (type.kind === 'list') return `list<${printType(type.element)}>`
  if (type.kind === 'optional') return `optional<${printType(type.value)}>`
  if (type.kind !== 'map') return type.kind
  const key = type.key.kind === 'string' ? '' : `${printType(type.key)}, `
  return `map<${key}${printType(type.value)}>`
}
