// Allowed types: the alternatives of a relation's type (`user | group#member`). This file converts
// one from its syntax node, prints it as schema text, and tells whether a relationship's subject
// matches it.

import type { AllowedType, Relation } from './schema.js'
import type { SubjectTypeNode } from './syntax.js'

/** The alternative that a syntax node spells. */
export const toAllowedType = (node: SubjectTypeNode): AllowedType => ({
  type: node.type.text,
  relation: node.relation?.text ?? '',
  wildcard: node.wildcard,
  caveat: node.caveat?.text ?? null,
  expiration: node.expiration,
})

/** The alternative as a schema spells it, such as `user:* with office_hours and expiration`. */
export function printAllowedType({ caveat, expiration, ...subject }: AllowedType): string {
  const traits = [...(caveat === null ? [] : [caveat]), ...(expiration ? ['expiration'] : [])]
  const ending = traits.length === 0 ? '' : ` with ${traits.join(' and ')}`
  return `${printSubjectType(subject)}${ending}`
}

/** The subject without its traits: `user`, `user:*` or `group#member`. */
function printSubjectType(subject: Pick<AllowedType, 'type' | 'relation' | 'wildcard'>): string {
  if (subject.wildcard) return `${subject.type}:*`
  return subject.relation === '' ? subject.type : `${subject.type}#${subject.relation}`
}

/**
 * Whether both have the same subject type, relation and wildcard, whatever their caveats and
 * expirations.
 */
export const isSameSubject = (a: AllowedType, b: AllowedType): boolean =>
  a.type === b.type && a.relation === b.relation && a.wildcard === b.wildcard

/**
 * Whether the relation's type has exactly this alternative. Reads apply this to stored
 * relationships as well, so a relationship that the current schema no longer admits does not count.
 */
export const admits = (relation: Relation, shape: AllowedType): boolean =>
  relation.types.some(
    allowed =>
      isSameSubject(allowed, shape) &&
      allowed.caveat === shape.caveat &&
      allowed.expiration === shape.expiration,
  )
