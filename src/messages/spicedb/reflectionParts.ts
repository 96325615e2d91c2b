// The messages of what SpiceDB calls reflection: the parts of a schema, and the differences between
// two schemas.

import { flag, list, text } from '../field.js'
import { member, message, required } from '../message.js'
import { SOUND_TEXT } from './shared.js'

const words = text(SOUND_TEXT)

export const ReflectionTypeReference = message(
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

export const ReflectionRelation = message('ReflectionRelation', 'A relation, and what it admits.', {
  name: words,
  comment: words,
  parentDefinitionName: words,
  subjectTypes: list(required(ReflectionTypeReference)),
})

export const ReflectionPermission = message('ReflectionPermission', 'A permission.', {
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

export const ReflectionCaveatParameter = message(
  'ReflectionCaveatParameter',
  'A caveat parameter.',
  {
    name: words,
    type: words,
    parentCaveatName: words,
  },
)

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

export const SubjectTypeChange = message(
  'ReflectionRelationSubjectTypeChange',
  'A subject type that a relation now admits, or no longer admits.',
  { relation: ReflectionRelation, changedSubjectType: ReflectionTypeReference },
)

const ParameterTypeChange = message(
  'ReflectionCaveatParameterTypeChange',
  'A caveat parameter whose type has changed.',
  { parameter: ReflectionCaveatParameter, previousType: words },
)

export const DIFF_MEMBERS = {
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
  'One difference: exactly one of its members is set. A removed part is shown as it was.',
  DIFF_MEMBERS,
)
