// The types of caveat parameters, parsed from their canonical text. A generic type takes one
// argument, so a type is a scalar inside any number of `list<…>` and `map<…>`. The keys of a map
// are strings.

import { limits } from '../../terms/index.js'

/** The names of the scalar types. */
export const SCALARS = [
  'any',
  'bool',
  'bytes',
  'double',
  'duration',
  'int',
  'ipaddress',
  'string',
  'timestamp',
  'uint',
] as const

export type ScalarName = (typeof SCALARS)[number]

/** The type of a caveat's parameter. */
export type ParameterType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'list'; readonly element: ParameterType }
  | { readonly kind: 'map'; readonly value: ParameterType }

/** The type of a canonical text such as `map<list<int>>`, or null for an unknown type. */
export function parseParameterType(text: string): ParameterType | null {
  const parts = text.split('<')
  const closing = '>'.repeat(parts.length - 1)
  const innermost = parts[parts.length - 1]
  if (!innermost.endsWith(closing) || parts.length > limits.expressionDepthMax) return null
  const scalar = SCALARS.find(name => name + closing === innermost)
  if (scalar === undefined) return null
  return parts.slice(0, -1).reduceRight<ParameterType | null>(
    (inner, generic) => {
      if (inner === null) return null
      if (generic === 'list') return { kind: 'list', element: inner }
      return generic === 'map' ? { kind: 'map', value: inner } : null
    },
    { kind: 'scalar', name: scalar },
  )
}
