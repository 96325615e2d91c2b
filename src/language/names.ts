// Looking up what somebody named: the definition or member, or the refusal that says which name the
// schema lacks, and which near one it has.

import { Refusal } from '../terms/index.js'
import { suggestion } from './near.js'
import type { Definition, Member, Schema } from './schema.js'

/** @throws Refusal `unknown-definition` */
export function requireDefinition(schema: Schema, name: string): Definition {
  const definition = schema.definition(name)
  if (definition !== undefined) return definition
  const near = suggestion(name, schema.definitions.map(nameOf))
  throw new Refusal('unknown-definition', `object definition \`${name}\` not found${near}`, {
    definition_name: name,
  })
}

/** @throws Refusal `unknown-definition`, `unknown-relation` */
export function requireMember(schema: Schema, type: string, name: string): Member {
  const { members } = requireDefinition(schema, type)
  const member = schema.member(type, name)
  if (member !== undefined) return member
  const near = suggestion(name, members.map(nameOf))
  throw new Refusal(
    'unknown-relation',
    `relation/permission \`${name}\` not found under definition \`${type}\`${near}`,
    { definition_name: type, relation_or_permission_name: name },
  )
}

export const nameOf = ({ name }: { readonly name: string }): string => name
