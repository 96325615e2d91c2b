// The type mistakes: those of a schema whose syntax is correct but whose parts do not fit together.
// One function for each kind holds its code, its message and its metadata.

import type { Mistake } from './report.js'
import type { SourceRange } from './source.js'
import { suggestion } from './suggestion.js'
import type { Name } from './syntax.js'

/** A relation or permission by its definition. */
interface SchemaMember {
  readonly definition: string
  readonly member: string
}

/** A wildcard type, and the relation whose type has that alternative. */
export interface Wildcard {
  readonly type: string
  /** The relation, as `definition#relation`. */
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
  const metadata = { definition_name: name.text }
  const hint = () => suggestion(name.text, known)
  return { ...mistake('definition-not-found', name, message, metadata), hint }
}

export function relationNotFound(definition: string, name: Name, known: Iterable<string>): Mistake {
  const where = `under definition \`${definition}\``
  const message = `relation/permission \`${name.text}\` not found ${where}`
  const metadata = { definition_name: definition, relation_or_permission_name: name.text }
  const hint = () => (name.text === 'self' ? flagHint('self') : suggestion(name.text, known))
  return { ...mistake('relation-not-found', name, message, metadata), hint }
}

export function caveatNotFound(relation: string, name: Name, known: Iterable<string>): Mistake {
  const message = `could not lookup caveat \`${name.text}\` for relation \`${relation}\`: not found`
  const metadata = { caveat_name: name.text }
  const isFlag = name.text === 'expiration'
  const hint = () => (isFlag ? flagHint('expiration') : suggestion(name.text, known))
  return { ...mistake('caveat-not-found', name, message, metadata), hint }
}

/** The hint for a word that a `use` flag would have made a keyword. */
const flagHint = (flag: string): string => ` (did you mean to declare \`use ${flag}\`?)`

export function duplicateRelation(definition: string, name: Name): Mistake {
  const where = `under definition \`${definition}\``
  const message = `found duplicate relation/permission name \`${name.text}\` ${where}`
  const metadata = { definition_name: definition, relation_or_permission_name: name.text }
  return mistake('duplicate-relation', name, message, metadata)
}

export function duplicateAllowedRelation(
  member: SchemaMember,
  type: string,
  at: SourceRange,
): Mistake {
  const where = `on relation \`${member.member}\` under definition \`${member.definition}\``
  const message = `found duplicate allowed subject type \`${type}\` ${where}`
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
  const where = `under permission \`${member.member}\` under definition \`${member.definition}\``
  const rule = 'permissions cannot be used on the left hand side of an arrow'
  const message = `${where}: ${rule}, expected a relation, found \`${used}\``
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
  const where = `for arrow under permission \`${member.member}\``
  const problem = `relation \`${member.definition}#${relation}\` ${including(wildcard)}`
  const rule = 'wildcard relations cannot be used on the left side of arrows'
  const message = `${where}: ${problem}: ${rule}`
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
  const where = `for relation \`${member.member}\``
  const problem = `relation/permission \`${set}\` ${including(wildcard)}`
  const message = `${where}: ${problem}: wildcard relations cannot be transitively included`
  const metadata = { definition_name: member.definition, relation_name: member.member }
  return mistake('transitive-wildcard', at, message, metadata)
}

const including = ({ type, via }: Wildcard): string =>
  `includes wildcard type \`${type}\` via relation \`${via}\``

export function permissionsCycle(
  definition: string,
  names: readonly string[],
  at: SourceRange,
): Mistake {
  const quoted = names.map(name => `\`${name}\``).join(', ')
  const where = `under definition \`${definition}\``
  const message = `${where}, there exists a cycle in permissions: ${quoted}`
  const metadata = { definition_name: definition, permission_names: names.join(',') }
  return mistake('permissions-cycle', at, message, metadata)
}

export function incompleteAnnotation(
  member: SchemaMember,
  missing: readonly string[],
  at: SourceRange,
): Mistake {
  const quoted = missing.map(name => `\`${name}\``).join(', ')
  const problem = `incomplete type annotation of permission \`${member.member}\``
  const message = `${problem}: its subjects can be of ${quoted} too`
  const metadata = { definition_name: member.definition, permission_name: member.member }
  return mistake('incomplete-type-annotation', at, message, metadata)
}
