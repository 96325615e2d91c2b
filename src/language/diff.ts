// What a new schema takes away from an old one, as far as stored relationships could miss it: the
// changes that may only be made when no relationship stands in the way. What it adds, and what it
// says differently about permissions and conditions, harms no data and is not told.

import { admits } from './allowed.js'
import type { Caveat } from './caveat/index.js'
import type { AllowedType, Definition, Relation, Schema } from './schema.js'

export type SchemaChange =
  /** Its members are not told one by one. */
  | { readonly kind: 'definition-removed'; readonly definition: string }
  /** The relation is gone, or has become a permission; its types are not told one by one. */
  | { readonly kind: 'relation-removed'; readonly definition: string; readonly relation: string }
  | {
      readonly kind: 'allowed-type-removed'
      readonly definition: string
      readonly relation: string
      readonly type: AllowedType
    }
  | {
      readonly kind: 'caveat-parameter-removed'
      readonly caveat: string
      readonly parameter: string
    }
  | {
      readonly kind: 'caveat-parameter-changed'
      readonly caveat: string
      readonly parameter: string
      readonly from: string
      readonly to: string
    }

/**
 * In the order of the old text, definitions before caveats. A caveat that is gone altogether is told
 * by the types that go with it: what still needs it would not compile.
 */
export function diffSchemas(from: Schema, to: Schema): readonly SchemaChange[] {
  return [
    ...from.definitions.flatMap(each => definitionChanges(each, to)),
    ...from.caveats.flatMap(each => parameterChanges(each, to)),
  ]
}

function definitionChanges({ name, members }: Definition, to: Schema): readonly SchemaChange[] {
  if (to.definition(name) === undefined) return [{ kind: 'definition-removed', definition: name }]
  return members.flatMap(each => (each.kind === 'relation' ? relationChanges(each, to) : []))
}

function relationChanges(from: Relation, to: Schema): readonly SchemaChange[] {
  const place = { definition: from.definition, relation: from.name }
  const member = to.member(from.definition, from.name)
  if (member?.kind !== 'relation') return [{ kind: 'relation-removed', ...place }]
  return from.types
    .filter(type => !admits(member, type))
    .map(type => ({ kind: 'allowed-type-removed', ...place, type }))
}

function parameterChanges(from: Caveat, to: Schema): readonly SchemaChange[] {
  const kept = to.caveat(from.name)
  if (kept === undefined) return []
  const types = new Map(kept.parameters.map(({ name, type }) => [name, type]))
  return from.parameters.flatMap((parameter): readonly SchemaChange[] => {
    const place = { caveat: from.name, parameter: parameter.name }
    const type = types.get(parameter.name)
    if (type === undefined) return [{ kind: 'caveat-parameter-removed', ...place }]
    if (type === parameter.type) return []
    return [{ kind: 'caveat-parameter-changed', ...place, from: parameter.type, to: type }]
  })
}
