// Lookups of the definition or member that a request names. Each one either finds it or refuses
// with the name that the schema lacks and the most similar name that it has.

import { Refusal } from '../terms/index.js'
import type { Definition, Member, Schema } from './schema.js'
import { suggestion } from './suggestion.js'

/** @throws Refusal `unknown-definition` */
export function requireDefinition(schema: Schema, name: string): Definition {
  const definition = schema.definition(name)
  if (definition !== undefined) return definition
  const similar = suggestion(name, schema.definitions.map(nameOf))
  throw new Refusal('unknown-definition', `object definition \`${name}\` not found${similar}`, {
    definition_name: name,
  })
}

/** @throws Refusal `unknown-definition`, `unknown-relation` */
export function requireMember(schema: Schema, type: string, name: string): Member {
  const { members } = requireDefinition(schema, type)
  const member = schema.member(type, name)
  if (member !== undefined) return member
  const similar = suggestion(name, members.map(nameOf))
  throw new Refusal(
    'unknown-relation',
    `relation/permission \`${name}\` not found under definition \`${type}\`${similar}`,
    { definition_name: type, relation_or_permission_name: name },
  )
}

/**
 * Refuses a name that no stored relationship can have as its relation. With `definition` undefined,
 * a relation of any definition suffices.
 * @throws Refusal `unknown-definition`, `unknown-relation`; `invalid-filter` for a permission
 */
export function requireRelation(
  schema: Schema,
  definition: string | undefined,
  name: string,
): void {
  if (definition === undefined && !namesOf(schema).has(name)) {
    throw new Refusal('unknown-relation', `no definition has a relation \`${name}\``, {
      relation_or_permission_name: name,
    })
  }
  const isRelation =
    definition === undefined
      ? namesOf(schema).get(name)
      : requireMember(schema, definition, name).kind === 'relation'
  if (isRelation) return
  throw new Refusal('invalid-filter', `\`${name}\` is a permission, and no relation`, {
    filter: `relation:${name}`,
  })
}

const relationNames = new WeakMap<Schema, ReadonlyMap<string, boolean>>()

/**
 * The names of all members, each with whether a relation has that name. Computed once per schema.
 */
function namesOf(schema: Schema): ReadonlyMap<string, boolean> {
  const known = relationNames.get(schema)
  if (known !== undefined) return known
  const names = new Map<string, boolean>()
  for (const { name, kind } of schema.members) {
    names.set(name, kind === 'relation' || names.get(name) === true)
  }
  relationNames.set(schema, names)
  return names
}

export const nameOf = ({ name }: { readonly name: string }): string => name
