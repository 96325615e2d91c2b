// The conversions of the parts of a schema, and of the differences between two schemas, to the
// messages of what SpiceDB calls reflection.

import {
  type AllowedType,
  type Caveat,
  type CaveatParameter,
  type Definition,
  type Member,
  type Permission,
  printComment,
  type Relation,
  type SchemaChange,
} from '../../language/index.js'
import {
  DIFF_MEMBERS,
  type ReflectionCaveat,
  type ReflectionCaveatParameter,
  type ReflectionDefinition,
  type ReflectionPermission,
  type ReflectionRelation,
  type ReflectionRelationReference,
  type ReflectionSchemaDiff,
  type ReflectionTypeReference,
  type SubjectTypeChange,
  type Wire,
} from '../../messages/index.js'

type WireChange = Wire<typeof ReflectionSchemaDiff>

const NO_CHANGE = Object.fromEntries(
  Object.keys(DIFF_MEMBERS).map(name => [name, undefined]),
) as WireChange

export const fromChange = (change: SchemaChange): WireChange => ({
  ...NO_CHANGE,
  ...memberOf(change),
})

function memberOf(change: SchemaChange): Partial<WireChange> {
  switch (change.kind) {
    case 'definition-added':
      return { definitionAdded: fromDefinition(change.definition) }
    case 'definition-removed':
      return { definitionRemoved: fromDefinition(change.definition) }
    case 'definition-comment-changed':
      return { definitionDocCommentChanged: fromDefinition(change.definition) }
    case 'relation-added':
      return { relationAdded: fromRelation(change.relation) }
    case 'relation-removed':
      return { relationRemoved: fromRelation(change.relation) }
    case 'relation-comment-changed':
      return { relationDocCommentChanged: fromRelation(change.relation) }
    case 'allowed-type-added':
      return { relationSubjectTypeAdded: fromTypeChange(change) }
    case 'allowed-type-removed':
      return { relationSubjectTypeRemoved: fromTypeChange(change) }
    case 'permission-added':
      return { permissionAdded: fromPermission(change.permission) }
    case 'permission-removed':
      return { permissionRemoved: fromPermission(change.permission) }
    case 'permission-comment-changed':
      return { permissionDocCommentChanged: fromPermission(change.permission) }
    case 'permission-expression-changed':
      return { permissionExprChanged: fromPermission(change.permission) }
    case 'caveat-added':
      return { caveatAdded: fromCaveat(change.caveat) }
    case 'caveat-removed':
      return { caveatRemoved: fromCaveat(change.caveat) }
    case 'caveat-comment-changed':
      return { caveatDocCommentChanged: fromCaveat(change.caveat) }
    case 'caveat-expression-changed':
      return { caveatExprChanged: fromCaveat(change.caveat) }
    case 'caveat-parameter-added':
      return { caveatParameterAdded: fromParameter(change.caveat, change.parameter) }
    case 'caveat-parameter-removed':
      return { caveatParameterRemoved: fromParameter(change.caveat, change.parameter) }
    case 'caveat-parameter-changed': {
      const parameter = fromParameter(change.caveat, change.parameter)
      return { caveatParameterTypeChanged: { parameter, previousType: change.from } }
    }
  }
}

const fromTypeChange = ({
  relation,
  type,
}: {
  readonly relation: Relation
  readonly type: AllowedType
}): Wire<typeof SubjectTypeChange> => ({
  relation: fromRelation(relation),
  changedSubjectType: fromType(type),
})

/** The definition with the members that are to be shown. */
export const fromDefinition = (
  { name, comment, members }: Definition,
  shown: readonly Member[] = members,
): Wire<typeof ReflectionDefinition> => ({
  name,
  comment: printComment(comment),
  relations: shown.flatMap(each => (each.kind === 'relation' ? [fromRelation(each)] : [])),
  permissions: shown.flatMap(each => (each.kind === 'permission' ? [fromPermission(each)] : [])),
})

const fromRelation = ({
  name,
  comment,
  definition,
  types,
}: Relation): Wire<typeof ReflectionRelation> => ({
  name,
  comment: printComment(comment),
  parentDefinitionName: definition,
  subjectTypes: types.map(fromType),
})

const fromType = ({
  type,
  relation,
  wildcard,
  caveat,
}: AllowedType): Wire<typeof ReflectionTypeReference> => ({
  subjectDefinitionName: type,
  optionalCaveatName: caveat ?? '',
  isTerminalSubject: !wildcard && relation === '' ? true : undefined,
  optionalRelationName: relation === '' ? undefined : relation,
  isPublicWildcard: wildcard ? true : undefined,
})

const fromPermission = ({
  name,
  comment,
  definition,
}: Permission): Wire<typeof ReflectionPermission> => ({
  name,
  comment: printComment(comment),
  parentDefinitionName: definition,
})

export const fromCaveat = (caveat: Caveat): Wire<typeof ReflectionCaveat> => ({
  name: caveat.name,
  comment: printComment(caveat.comment),
  parameters: caveat.parameters.map(parameter => fromParameter(caveat, parameter)),
  expression: caveat.expression,
})

const fromParameter = (
  { name: parentCaveatName }: Caveat,
  { name, type }: CaveatParameter,
): Wire<typeof ReflectionCaveatParameter> => ({ name, type, parentCaveatName })

export const fromMember = ({
  definition,
  name,
  kind,
}: Member): Wire<typeof ReflectionRelationReference> => ({
  definitionName: definition,
  relationName: name,
  isPermission: kind === 'permission',
})
