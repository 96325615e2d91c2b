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
import type { Caveat } from './caveat/index.js'
import { nameOf, requireDefinition, requireMember } from './names.js'
import type { AllowedType, Member, Relation, Schema } from './schema.js'
import { suggestion } from './suggestion.js'

/**
 * Passes what the schema admits. A deletion that names no caveat fits whatever caveat and expiration
 * its subject type has.
 * @throws Refusal in this order: `unknown-definition`, `unknown-relation` (of the resource, then of
 * the subject), `permission-not-writable`, `unknown-caveat`, `subject-not-admitted`,
 * `caveat-parameter-type` (of the stored context)
 */
export function requireAdmitted(
  schema: Schema,
  relationship: Relationship,
  operation: Update['operation'],
): void {
  const { resource, relation, subject, caveat } = relationship
  const member = requireMember(schema, resource.type, relation)
  if (subject.relation === '') requireDefinition(schema, subject.type)
  else requireMember(schema, subject.type, subject.relation)
  if (member.kind === 'permission') throw permissionNotWritable(member)
  const condition = caveat === null ? null : requireCaveat(schema, caveat)
  requireAllowedType(member, relationship, operation)
  if (caveat !== null && condition !== null) requireContext(condition, caveat)
}

/** Whether the relationship counts under the schema, which may not be the one it was written under. */
export function isAdmitted(schema: Schema, relationship: Relationship): boolean {
  const member = schema.member(relationship.resource.type, relationship.relation)
  return member?.kind === 'relation' && admits(member, toShape(relationship))
}

function permissionNotWritable({ definition, name }: Member): Refusal {
  const message = `cannot write a relationship to permission \`${name}\` under definition \`${definition}\`, expected a relation`
  const facts = { definition_name: definition, permission_name: name }
  return new Refusal('permission-not-writable', message, facts)
}

function requireCaveat(schema: Schema, { name }: CaveatReference): Caveat {
  const caveat = schema.caveat(name)
  if (caveat !== undefined) return caveat
  const near = suggestion(name, schema.caveats.map(nameOf))
  throw new Refusal('unknown-caveat', `caveat \`${name}\` not found${near}`, { caveat_name: name })
}

function requireAllowedType(
  relation: Relation,
  relationship: Relationship,
  operation: Update['operation'],
): void {
  const shape = toShape(relationship)
  const anyTraits = operation === 'delete' && shape.caveat === null
  const admitted = anyTraits
    ? relation.types.some(allowed => isSameSubject(allowed, shape))
    : admits(relation, shape)
  if (admitted) return
  const found = printAllowedType(shape)
  const allowed = relation.types.map(printAllowedType)
  const place = `${relation.definition}#${relation.name}`
  const expected = allowed.map(type => `\`${type}\``).join(', ')
  throw new Refusal(
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
function requireContext(caveat: Caveat, { name, context }: CaveatReference): void {
  for (const [parameter, value] of Object.entries(context)) {
    const fault = caveat.contextFault({ [parameter]: value })
    if (fault === null) continue
    const facts = { caveat_name: name, parameter_name: parameter }
    throw new Refusal('caveat-parameter-type', fault, facts)
  }
}
