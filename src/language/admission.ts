// Whether a schema admits a relationship. A write or deletion that does not fit is refused with a
// message that says how to correct it. The spelling of names and ids is checked elsewhere.

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
 * Refuses a relationship that the schema does not admit. A deletion that names no caveat fits every
 * caveat and expiration that its subject type may have. The checks run in the order of the codes
 * below.
 * @throws Refusal `unknown-definition`, `unknown-relation` (first of the resource, then of the
 * subject), `permission-not-writable`, `unknown-caveat`, `subject-not-admitted`,
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

/** Whether the schema admits a relationship that may have been written under an earlier schema. */
export function isAdmitted(schema: Schema, relationship: Relationship): boolean {
  const member = schema.member(relationship.resource.type, relationship.relation)
  return member?.kind === 'relation' && admits(member, toShape(relationship))
}

function permissionNotWritable({ definition, name }: Member): Refusal {
  const member = `permission \`${name}\` under definition \`${definition}\``
  const message = `cannot write a relationship to ${member}, expected a relation`
  const metadata = { definition_name: definition, permission_name: name }
  return new Refusal('permission-not-writable', message, metadata)
}

function requireCaveat(schema: Schema, { name }: CaveatReference): Caveat {
  const caveat = schema.caveat(name)
  if (caveat !== undefined) return caveat
  const similar = suggestion(name, schema.caveats.map(nameOf))
  const message = `caveat \`${name}\` not found${similar}`
  throw new Refusal('unknown-caveat', message, { caveat_name: name })
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
  const target = `${relation.definition}#${relation.name}`
  const problem = `subjects of type \`${found}\` are not allowed on relation \`${target}\``
  const expected = allowed.map(type => `\`${type}\``).join(', ')
  throw new Refusal(
    'subject-not-admitted',
    `${problem}, expected ${expected}${hint(relation, shape)}`,
    {
      definition_name: relation.definition,
      relation_name: relation.name,
      subject_type: found,
    },
  )
}

/**
 * The suggested alternative. The order of preference is: the same subject with other traits
 * (caveat, expiration), the same type, a similar spelling.
 */
function hint({ types }: Relation, shape: AllowedType): string {
  const similar =
    types.find(allowed => isSameSubject(allowed, shape)) ??
    types.find(allowed => allowed.type === shape.type)
  if (similar !== undefined) return ` (did you mean \`${printAllowedType(similar)}\`?)`
  return suggestion(printAllowedType(shape), types.map(printAllowedType))
}

/** The allowed type that would admit exactly this relationship. */
const toShape = (relationship: Relationship): AllowedType => ({
  type: relationship.subject.type,
  relation: relationship.subject.relation,
  wildcard: isWildcard(relationship),
  caveat: relationship.caveat?.name ?? null,
  expiration: relationship.expiresAt !== null,
})

/**
 * Checks the parameters one by one, so that the refusal can name the parameter at fault.
 * @throws Refusal `caveat-parameter-type`
 */
function requireContext(caveat: Caveat, { name, context }: CaveatReference): void {
  for (const [parameter, value] of Object.entries(context)) {
    const fault = caveat.contextFault({ [parameter]: value })
    if (fault === null) continue
    const metadata = { caveat_name: name, parameter_name: parameter }
    throw new Refusal('caveat-parameter-type', fault, metadata)
  }
}
