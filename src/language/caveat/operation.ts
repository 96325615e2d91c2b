// The operations that a caveat may call: operators, functions and methods, each with its signatures
// and its implementation. Most are the CEL library's. Those that involve lists, maps, IP addresses
// and optionals, or that compare arbitrary values, are implemented here, those on times in
// `timeFunction.ts`.

import { objectType } from '@bufbuild/cel'
import type { Budget } from './budget.js'
import { Duration } from './duration.js'
import { equals, isSubtree } from './equality.js'
import type { CallForm } from './expression.js'
import { IpAddress, isInPrefix, parseIpPrefix } from './ipAddress.js'
import {
  type LibraryCall,
  libraryCall,
  libraryFunctions,
  librarySignatures,
  typeNamed,
} from './library.js'
import { timeFunction } from './timeFunction.js'
import { isFirst, Timestamp } from './timestamp.js'
import type { Signature, Type } from './type.js'
import * as types from './type.js'
import {
  CaveatFailure,
  isList,
  isMapping,
  NONE,
  Optional,
  type Outcome,
  toKey,
  type Value,
} from './value.js'

/** An operation that expressions can call. */
export interface Operation {
  /** What the operation takes, for messages. */
  readonly signatures: readonly Signature[]
  /** What the operation takes in words, if signatures cannot express it. */
  readonly expectation?: string
  /** The result's type, or null if the operation does not take these operands. */
  typeOf(operands: readonly Type[]): Type | null
  /** The result for these operands. */
  apply(operands: readonly Value[], budget: Budget): Outcome
}

/** The operation of that name, or undefined if there is none. */
export function findOperation(form: CallForm, name: string): Operation | undefined {
  const key = `${form} ${name}`
  let operation = OWN_OPERATIONS.get(key) ?? libraryOperations.get(key)
  if (operation === undefined) {
    const signatures = librarySignatures(form, name)
    if (signatures.length === 0) return undefined
    operation = fromSignatures(signatures, timesOrLibrary(form, name))
    libraryOperations.set(key, operation)
  }
  return operation
}

/** The names of all operations of that form. */
export function operationNames(form: CallForm): readonly string[] {
  const own = [...OWN_OPERATIONS.keys()]
    .map(key => key.split(' '))
    .filter(([kind]) => kind === form)
  const known = libraryFunctions.filter(known => known.form === form)
  return [...new Set([...own.map(([, name]) => name), ...known.map(({ name }) => name)])]
}

const libraryOperations = new Map<string, Operation>()

/** A library function that also works on times. */
function timesOrLibrary(form: CallForm, name: string): LibraryCall {
  const timeOperation = timeFunction(form, name)
  const libraryOperation = libraryCall(form, name)
  return operands => timeOperation?.(operands) ?? libraryOperation(operands)
}

const fromSignatures = (
  signatures: readonly Signature[],
  apply: Operation['apply'],
): Operation => ({ signatures, apply, typeOf: operands => resultOf(signatures, operands) })

/** The result's type according to the signatures, or null if none fits. */
function resultOf(signatures: readonly Signature[], operands: readonly Type[]): Type | null {
  const fitting = signatures.filter(
    ({ parameters }) =>
      parameters.length === operands.length &&
      parameters.every((parameter, i) => types.fits(operands[i], parameter)),
  )
  return fitting.length === 0 ? null : types.joinAll(fitting.map(({ result }) => result))
}

const { ANY, BOOL, STRING } = types
const TREE = types.mapOf(STRING, ANY)
const OPTIONAL = types.optionalOf(ANY)

/** An operation whose signature fully describes its types. */
const plain = (parameters: readonly Type[], result: Type, apply: Operation['apply']): Operation =>
  fromSignatures([{ parameters, result }], apply)

/**
 * An operation whose result's type depends on the types of its operands. The operands must fit one
 * of the signatures.
 */
function generic(
  signatures: readonly Signature[],
  apply: Operation['apply'],
  typeOf: Operation['typeOf'],
): Operation {
  return {
    signatures,
    apply,
    typeOf: operands => (resultOf(signatures, operands) === null ? null : typeOf(operands)),
  }
}

/** An equality operator, which takes any two values of comparable types. */
const comparison = (apply: Operation['apply']): Operation => ({
  ...generic([{ parameters: [ANY, ANY], result: BOOL }], apply, ([a, b]) =>
    types.comparable(a, b) ? BOOL : null,
  ),
  expectation: 'two values of one type',
})

function size(form: CallForm): Operation {
  const ofScalar = libraryCall(form, 'size')
  return generic(
    librarySignatures(form, 'size'),
    operands => {
      const [value] = operands
      if (isList(value)) return BigInt(value.length)
      return isMapping(value) ? BigInt(value.size) : ofScalar(operands)
    },
    () => types.INT,
  )
}

/** An ordering operator. Comparisons with NaN are false, whatever the other operand is. */
function ordering(sign: string): Operation {
  const compare = timesOrLibrary('operator', sign)
  return fromSignatures(librarySignatures('operator', sign), operands =>
    operands.some(Number.isNaN) ? false : compare(operands),
  )
}

const addScalars = timesOrLibrary('operator', '+')
const addition: Operation = generic(
  librarySignatures('operator', '+'),
  (operands, budget) => {
    const [a, b] = operands
    if (!isList(a) || !isList(b)) return addScalars(operands)
    budget.spend(a.length + b.length)
    return [...a, ...b]
  },
  operands => {
    const [a, b] = operands
    if (a.kind === 'list' && b.kind === 'list') return types.join(a, b)
    return resultOf(librarySignatures('operator', '+'), operands)
  },
)

const membership: Operation = {
  ...generic(
    [
      { parameters: [ANY, types.listOf(ANY)], result: BOOL },
      { parameters: [ANY, types.mapOf(ANY, ANY)], result: BOOL },
    ],
    ([item, whole], budget) => {
      if (isList(whole)) return whole.some(other => equals(item, other, budget))
      const key = toKey(item)
      if (isMapping(whole)) return key !== null && whole.has(key)
      return new CaveatFailure('`in` needs a list or a map on its right')
    },
    ([item, whole]) => {
      const inner = whole.kind === 'list' ? whole.element : whole.kind === 'map' ? whole.key : ANY
      return types.comparable(item, inner) ? BOOL : null
    },
  ),
  expectation: 'on the right a list or a map of such values',
}

const matching: Operation = plain([STRING, STRING], BOOL, libraryCall('method', 'matches'))

const inCidr: Operation = plain([types.scalar('ipaddress'), STRING], BOOL, ([address, text]) => {
  if (!(address instanceof IpAddress) || typeof text !== 'string') {
    return new CaveatFailure('`in_cidr` needs an ipaddress and a string')
  }
  const prefix = parseIpPrefix(text)
  return prefix === null
    ? new CaveatFailure(
        `\`${text}\` is no prefix of addresses, expected one such as \`10.0.0.0/8\``,
      )
    : isInPrefix(address, prefix)
})

const subtree: Operation = plain([TREE, TREE], BOOL, ([part, whole], budget) =>
  isMapping(part) && isMapping(whole)
    ? isSubtree(part, whole, budget)
    : new CaveatFailure('`isSubtreeOf` needs two maps'),
)

const typeOfScalar = libraryCall('function', 'type')
const typeOfValue: Operation = plain([ANY], types.scalar('type'), operands => {
  const [value] = operands
  if (value instanceof IpAddress) return objectType('IPAddress')
  return ownTypeOf(value) ?? typeOfScalar(operands)
})

/** The type of a value that the library does not know. */
function ownTypeOf(value: Value): Value | undefined {
  if (value instanceof Timestamp) return typeNamed('google.protobuf.Timestamp')
  if (value instanceof Duration) return typeNamed('google.protobuf.Duration')
  return value instanceof Optional ? typeNamed('optional_type') : undefined
}

/** A method of optionals. */
const withOptional = (
  result: (inner: Type) => Type,
  apply: (optional: Optional) => Outcome,
): Operation =>
  generic(
    [{ parameters: [OPTIONAL], result: result(ANY) }],
    ([value]) =>
      value instanceof Optional
        ? apply(value)
        : new CaveatFailure('an optional value was expected'),
    ([type]) => result(type.kind === 'optional' ? type.value : ANY),
  )

/** A function that makes an optional, empty if `isNone` holds. */
const toOptional = (isNone: (value: Value) => boolean): Operation =>
  generic(
    [{ parameters: [ANY], result: OPTIONAL }],
    ([value]) => (isNone(value) ? NONE : new Optional(value)),
    ([type]) => types.optionalOf(type),
  )

/** Whether the value is the zero value of its type. */
function isZero(value: Value): boolean {
  if (isList(value) || value instanceof Uint8Array) return value.length === 0
  if (isMapping(value)) return value.size === 0
  if (value instanceof Timestamp) return isFirst(value)
  if (value instanceof Duration) return value.nanos === 0n
  return value === null || value === false || value === '' || toKey(value) === 0n
}

const OWN_OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['operator ==', comparison(([a, b], budget) => equals(a, b, budget))],
  ['operator !=', comparison(([a, b], budget) => !equals(a, b, budget))],
  ['operator <', ordering('<')],
  ['operator <=', ordering('<=')],
  ['operator >', ordering('>')],
  ['operator >=', ordering('>=')],
  ['operator +', addition],
  ['operator in', membership],
  ['function size', size('function')],
  ['method size', size('method')],
  ['function dyn', plain([ANY], ANY, ([value]) => value)],
  ['function type', typeOfValue],
  ['function matches', matching],
  ['method matches', matching],
  ['method in_cidr', inCidr],
  ['method isSubtreeOf', subtree],
  ['function optional.of', toOptional(() => false)],
  ['function optional.ofNonZeroValue', toOptional(isZero)],
  ['function optional.none', plain([], OPTIONAL, () => NONE)],
  [
    'method hasValue',
    withOptional(
      () => BOOL,
      ({ value }) => value !== undefined,
    ),
  ],
  [
    'method value',
    withOptional(
      inner => inner,
      ({ value }) => value ?? new CaveatFailure('there is no optional value'),
    ),
  ],
])
