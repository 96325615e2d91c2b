// What SpiceDB calls reflection: the parts of a schema as messages, and the parts as those messages.

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
  flag,
  list,
  member,
  message,
  required,
  SOUND_TEXT,
  text,
  type Wire,
} from '../../messages/index.js'

const words = text(SOUND_TEXT)

const ReflectionTypeReference = message(
  'ReflectionTypeReference',
  'What a relation admits: objects of a definition, all of them by a wildcard, or a subject set.',
  {
    subjectDefinitionName: words,
    optionalCaveatName: words,
    isTerminalSubject: member(flag),
    optionalRelationName: member(words),
    isPublicWildcard: member(flag),
  },
)

const ReflectionRelation = message('ReflectionRelation', 'A relation, and what it admits.', {
  name: words,
  comment: words,
  parentDefinitionName: words,
  subjectTypes: list(required(ReflectionTypeReference)),
})

const ReflectionPermission = message('ReflectionPermission', 'A permission.', {
  name: words,
  comment: words,
  parentDefinitionName: words,
})

export const ReflectionDefinition = message('ReflectionDefinition', 'A definition.', {
  name: words,
  comment: words,
  relations: list(required(ReflectionRelation)),
  permissions: list(required(ReflectionPermission)),
})

const ReflectionCaveatParameter = message('ReflectionCaveatParameter', 'A caveat parameter.', {
  name: words,
  type: words,
  parentCaveatName: words,
})

export const ReflectionCaveat = message('ReflectionCaveat', 'A caveat.', {
  name: words,
  comment: words,
  parameters: list(required(ReflectionCaveatParameter)),
  expression: words,
})

export const ReflectionRelationReference = message(
  'ReflectionRelationReference',
  'A relation or permission by name.',
  { definitionName: words, relationName: words, isPermission: flag },
)

const SubjectTypeChange = message(
  'ReflectionRelationSubjectTypeChange',
  'What a relation has begun or ceased to admit.',
  { relation: ReflectionRelation, changedSubjectType: ReflectionTypeReference },
)

const ParameterTypeChange = message(
  'ReflectionCaveatParameterTypeChange',
  'A caveat parameter of another type than it had.',
  { parameter: ReflectionCaveatParameter, previousType: words },
)

const CHANGES = {
  definitionAdded: member(ReflectionDefinition),
  definitionRemoved: member(ReflectionDefinition),
  definitionDocCommentChanged: member(ReflectionDefinition),
  relationAdded: member(ReflectionRelation),
  relationRemoved: member(ReflectionRelation),
  relationDocCommentChanged: member(ReflectionRelation),
  relationSubjectTypeAdded: member(SubjectTypeChange),
  relationSubjectTypeRemoved: member(SubjectTypeChange),
  permissionAdded: member(ReflectionPermission),
  permissionRemoved: member(ReflectionPermission),
  permissionDocCommentChanged: member(ReflectionPermission),
  permissionExprChanged: member(ReflectionPermission),
  caveatAdded: member(ReflectionCaveat),
  caveatRemoved: member(ReflectionCaveat),
  caveatDocCommentChanged: member(ReflectionCaveat),
  caveatExprChanged: member(ReflectionCaveat),
  caveatParameterAdded: member(ReflectionCaveatParameter),
  caveatParameterRemoved: member(ReflectionCaveatParameter),
  caveatParameterTypeChanged: member(ParameterTypeChange),
} as const

export const ReflectionSchemaDiff = message(
  'ReflectionSchemaDiff',
  'One difference: exactly one of its members. What is removed is shown as it was.',
  CHANGES,
)

type WireChange = Wire<typeof ReflectionSchemaDiff>
const NO_CHANGE = Object.fromEntries(
  Object.keys(CHANGES).map(name => [name, undefined]),
) as WireChange

export const fromChange = (change: SchemaChange): WireChange => ({ ...NO_CHANGE, ...named(change) })

function named(change: SchemaChange): Partial<WireChange> {
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

/** The definition with those of its members that are to be shown. */
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
