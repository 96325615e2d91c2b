// One alternative of a relation's type: from its node, to its text, and whether a relationship of
// some shape is one.

import type { AllowedType, Relation } from './schema.js'
import type { SubjectTypeNode } from './syntax.js'

export const toAllowedType = (node: SubjectTypeNode): AllowedType => ({
  type: node.type.text,
  relation: node.relation?.text ?? '',
  wildcard: node.wildcard,
  caveat: node.caveat?.text ?? null,
  expiration: node.expiration,
})

/** `user:* with office_hours and expiration`: as a schema spells it. */
export function printAllowedType({ caveat, expiration, ...subject }: AllowedType): string {
  const traits = [...(caveat === null ? [] : [caveat]), ...(expiration ? ['expiration'] : [])]
  const ending = traits.length === 0 ? '' : ` with ${traits.join(' and ')}`
  return `${printSubjectType(subject)}${ending}`
}

/** `user`, `user:*`, `group#member`. */
function printSubjectType(subject: Pick<AllowedType, 'type' | 'relation' | 'wildcard'>): string {
  if (subject.wildcard) return `${subject.type}:*`
  return subject.relation === '' ? subject.type : `${subject.type}#${subject.relation}`
}

/** Whether the subject's kind is the same, whatever the caveat and the expiration. */
export const isSameSubject = (a: AllowedType, b: AllowedType): boolean =>
  a.type === b.type && a.relation === b.relation && a.wildcard === b.wildcard

/**
 * Whether the relation's type has exactly this alternative. Stored relationships are held to it at
 * each read, so that one that the schema has ceased to admit no longer counts.
 */
export const admits = (relation: Relation, shape: AllowedType): boolean =>
  relation.types.some(
    allowed =>
      isSameSubject(allowed, shape) &&
      allowed.caveat === shape.caveat &&
      allowed.expiration === shape.expiration,
  )
