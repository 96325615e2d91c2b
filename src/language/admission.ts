// Which relationships a schema admits: what is wrong with one that is to be written or deleted, told
// so that the writer can put it right. Shapes of names and ids are not looked at here.

import {
  type CaveatReference,
  isWildcard,
  Refusal,
  type Relationship,
  type Update,
} from '../terms/index.js'
import { admits, isSameSubject, printAllowedType } from './allowed.js'
import { suggestion } from './near.js'
import type { AllowedType, Member, Relation, Schema } from './schema.js'

/**
 * Why the schema does not admit the relationship, or null. In this order: `unknown-definition`,
 * `unknown-relation` (of the resource, then of the subject), `permission-not-writable`,
 * `unknown-caveat`, `subject-not-admitted`, `caveat-parameter-type` (of the stored context).
 * A deletion that names no caveat fits whatever caveat and expiration its subject type has.
 */
export function admissionFault(
  schema: Schema,
  relationship: Relationship,
  operation: Update['operation'],
): Refusal | null {
  const { resource, relation, subject, caveat } = relationship
  const unknown =
    unknownName(schema, resource.type, relation) ??
    unknownName(schema, subject.type, subject.relation)
  if (unknown !== null) return unknown
  const member = schema.member(resource.type, relation)!
  if (member.kind === 'permission') return permissionNotWritable(member)
  return (
    (caveat === null ? null : unknownCaveat(schema, caveat)) ??
    notAdmitted(member, relationship, operation) ??
    (caveat === null ? null : contextFault(schema, caveat))
  )
}

/** An empty relation stands for the object itself. */
function unknownName(schema: Schema, type: string, relation: string): Refusal | null {
  const definition = schema.definition(type)
  if (definition === undefined) {
    const near = suggestion(type, schema.definitions.map(namesOf))
    const message = `object definition \`${type}\` not found${near}`
    return new Refusal('unknown-definition', message, { definition_name: type })
  }
  if (relation === '' || schema.member(type, relation) !== undefined) return null
  const near = suggestion(relation, definition.members.map(namesOf))
  const message = `relation/permission \`${relation}\` not found under definition \`${type}\`${near}`
  const facts = { definition_name: type, relation_or_permission_name: relation }
  return new Refusal('unknown-relation', message, facts)
}

const namesOf = ({ name }: { readonly name: string }): string => name

function permissionNotWritable({ definition, name }: Member): Refusal {
  const message = `cannot write a relationship to permission \`${name}\` under definition \`${definition}\`, expected a relation`
  const facts = { definition_name: definition, permission_name: name }
  return new Refusal('permission-not-writable', message, facts)
}

function unknownCaveat(schema: Schema, { name }: CaveatReference): Refusal | null {
  if (schema.caveat(name) !== undefined) return null
  const near = suggestion(name, schema.caveats.map(namesOf))
  return new Refusal('unknown-caveat', `caveat \`${name}\` not found${near}`, { caveat_name: name })
}

function notAdmitted(
  relation: Relation,
  relationship: Relationship,
  operation: Update['operation'],
): Refusal | null {
  const shape = toShape(relationship)
  const anyTraits = operation === 'delete' && shape.caveat === null
  const admitted = anyTraits
    ? relation.types.some(allowed => isSameSubject(allowed, shape))
    : admits(relation, shape)
  if (admitted) return null
  const found = printAllowedType(shape)
  const allowed = relation.types.map(printAllowedType)
  const place = `${relation.definition}#${relation.name}`
  const expected = allowed.map(type => `\`${type}\``).join(', ')
  return new Refusal(
    'subject-not-admitted',
    `subjects of type \`${found}\` are not allowed on relation \`${place}\`, expected ${expected}${hint(relation, shape)}`,
    {
      definition_name: relation.definition,
      relation_name: relation.name,
      subject_type: found,
    },
  )
}

/** The alternative of the same kind with other traits, or of the same type, or spelt alike. */
function hint({ types }: Relation, shape: AllowedType): string {
  const near =
    types.find(allowed => isSameSubject(allowed, shape)) ??
    types.find(allowed => allowed.type === shape.type)
  if (near !== undefined) return ` (did you mean \`${printAllowedType(near)}\`?)`
  return suggestion(printAllowedType(shape), types.map(printAllowedType))
}

const toShape = (relationship: Relationship): AllowedType => ({
  type: relationship.subject.type,
  relation: relationship.subject.relation,
  wildcard: isWildcard(relationship),
  caveat: relationship.caveat?.name ?? null,
  expiration: relationship.expiresAt !== null,
})

/** Parameters are looked at one by one, so that the refusal names the one at fault. */
function contextFault(schema: Schema, { name, context }: CaveatReference): Refusal | null {
  for (const [parameter, value] of Object.entries(context)) {
    const fault = schema.caveat(name)?.contextFault({ [parameter]: value }) ?? null
    if (fault === null) continue
    const facts = { caveat_name: name, parameter_name: parameter }
    return new Refusal('caveat-parameter-type', fault, facts)
  }
  return null
}
