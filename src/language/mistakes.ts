// The mistakes of a schema that is well formed but does not fit together: one function each, with its
// code, its words, and its facts by name.

import type { Mistake } from './report.js'
import type { SourceRange } from './source.js'
import { suggestion } from './suggestion.js'
import type { Name } from './syntax.js'

/** A relation or permission, by the definition it stands in. */
interface SchemaMember {
  readonly definition: string
  readonly member: string
}

/** A wildcard type, and the relation whose own alternative it is. */
export interface Wildcard {
  readonly type: string
  readonly via: string
}

type MistakeFacts = Readonly<Record<string, string>>

const mistake = (
  code: string,
  at: SourceRange,
  message: string,
  metadata: MistakeFacts,
): Mistake => ({
  class: 'type',
  code,
  message,
  at,
  metadata,
})

export function definitionNotFound(name: Name, known: Iterable<string>): Mistake {
  const message = `object definition \`${name.text}\` not found`
  const facts = { definition_name: name.text }
  const hint = () => suggestion(name.text, known)
  return { ...mistake('definition-not-found', name, message, facts), hint }
}

export function relationNotFound(definition: string, name: Name, known: Iterable<string>): Mistake {
  const message = `relation/permission \`${name.text}\` not found under definition \`${definition}\``
  const facts = { definition_name: definition, relation_or_permission_name: name.text }
  const hint = () => (name.text === 'self' ? flagHint('self') : suggestion(name.text, known))
  return { ...mistake('relation-not-found', name, message, facts), hint }
}

export function caveatNotFound(relation: string, name: Name, known: Iterable<string>): Mistake {
  const message = `could not lookup caveat \`${name.text}\` for relation \`${relation}\`: not found`
  const facts = { caveat_name: name.text }
  const isFlag = name.text === 'expiration'
  const hint = () => (isFlag ? flagHint('expiration') : suggestion(name.text, known))
  return { ...mistake('caveat-not-found', name, message, facts), hint }
}

/** A word that a flag would have made a keyword. */
const flagHint = (flag: string): string => ` (did you mean to declare \`use ${flag}\`?)`

export function duplicateRelation(definition: string, name: Name): Mistake {
  const message = `found duplicate relation/permission name \`${name.text}\` under definition \`${definition}\``
  const facts = { definition_name: definition, relation_or_permission_name: name.text }
  return mistake('duplicate-relation', name, message, facts)
}

export function duplicateAllowedRelation(
  member: SchemaMember,
  type: string,
  at: SourceRange,
): Mistake {
  const message = `found duplicate allowed subject type \`${type}\` on relation \`${member.member}\` under definition \`${member.definition}\``
  return mistake('duplicate-allowed-relation', at, message, {
    definition_name: member.definition,
    relation_name: member.member,
    allowed_relation: type,
  })
}

export function permissionLeftOfArrow(
  member: SchemaMember,
  used: string,
  at: SourceRange,
): Mistake {
  const message = `under permission \`${member.member}\` under definition \`${member.definition}\`: permissions cannot be used on the left hand side of an arrow, expected a relation, found \`${used}\``
  return mistake('permission-left-of-arrow', at, message, {
    definition_name: member.definition,
    permission_name: member.member,
    used_permission_name: used,
  })
}

export function wildcardInArrow(
  member: SchemaMember,
  { relation, wildcard }: { readonly relation: string; readonly wildcard: Wildcard },
  at: SourceRange,
): Mistake {
  const message = `for arrow under permission \`${member.member}\`: relation \`${member.definition}#${relation}\` ${including(wildcard)}: wildcard relations cannot be used on the left side of arrows`
  return mistake('wildcard-in-arrow', at, message, {
    definition_name: member.definition,
    permission_name: member.member,
    accessed_relation_name: relation,
  })
}

export function transitiveWildcard(
  member: SchemaMember,
  { set, wildcard }: { readonly set: string; readonly wildcard: Wildcard },
  at: SourceRange,
): Mistake {
  const message = `for relation \`${member.member}\`: relation/permission \`${set}\` ${including(wildcard)}: wildcard relations cannot be transitively included`
  const facts = { definition_name: member.definition, relation_name: member.member }
  return mistake('transitive-wildcard', at, message, facts)
}

const including = ({ type, via }: Wildcard): string =>
  `includes wildcard type \`${type}\` via relation \`${via}\``

export function permissionsCycle(
  definition: string,
  names: readonly string[],
  at: SourceRange,
): Mistake {
  const quoted = names.map(name => `\`${name}\``).join(', ')
  const message = `under definition \`${definition}\`, there exists a cycle in permissions: ${quoted}`
  const facts = { definition_name: definition, permission_names: names.join(',') }
  return mistake('permissions-cycle', at, message, facts)
}

export function incompleteAnnotation(
  member: SchemaMember,
  missing: readonly string[],
  at: SourceRange,
): Mistake {
  const quoted = missing.map(name => `\`${name}\``).join(', ')
  const message = `incomplete type annotation of permission \`${member.member}\`: its subjects can be of ${quoted} too`
  const facts = { definition_name: member.definition, permission_name: member.member }
  return mistake('incomplete-type-annotation', at, message, facts)
}
