// The messages and rules that several routes share, with SpiceDB's names and shapes.

import {
  isCaveatName,
  isObjectId,
  isRelationName,
  isSubjectId,
  isTypeName,
  isVisible,
  limits,
  VISIBLE_FORM,
  type Violation,
  WILDCARD,
} from '../../terms/index.js'
import { enumeration, flag, list, NO_FAULTS, type Rule, struct, text, timestamp } from '../field.js'
import { member, message, required, type Wire } from '../message.js'

const ID_FORM = `1 to ${limits.objectIdBytesMax} bytes without spaces, \`#\`, \`[\` and \`]\``

export const TYPE_NAME: Rule = {
  holds: isTypeName,
  expected: 'the name of a definition, such as `document` or `acme/document`',
}
export const RELATION_NAME: Rule = {
  holds: isRelationName,
  expected: 'the name of a relation or permission, such as `viewer`',
}
export const OBJECT_ID: Rule = {
  holds: isObjectId,
  expected: `the id of one object, ${ID_FORM}, not \`${WILDCARD}\``,
}
export const SUBJECT_ID: Rule = {
  holds: isSubjectId,
  expected: `the id of a subject, ${ID_FORM}, or \`${WILDCARD}\``,
}
const CAVEAT_NAME: Rule = { holds: isCaveatName, expected: 'the name of a caveat' }
const CAVEAT_PARAMETER: Rule = { holds: () => true, expected: 'the name of a caveat parameter' }
/** Tokens are parsed before the rules are checked, with refusals of their own. */
const TOKEN: Rule = { holds: () => true, expected: 'a token from an earlier answer' }
const CURSOR: Rule = {
  holds: token => token !== '' && token.length <= limits.cursorBytesMax,
  expected: `a cursor from an earlier answer, 1 to ${limits.cursorBytesMax} bytes`,
}
/** The text that a database can store. */
export const SOUND_TEXT: Rule = {
  holds: value => !/[\0\p{Cs}]/u.test(value),
  expected: 'text without U+0000 and lone surrogates',
}

export const orEmpty = ({ holds, expected }: Rule): Rule => ({
  holds: value => value === '' || holds(value),
  expected: `empty, or ${expected}`,
})

export const ZedToken = message(
  'ZedToken',
  'An opaque token for a revision: send it back to read at that revision or later.',
  { token: text(TOKEN) },
)

export const Cursor = message(
  'Cursor',
  'An opaque position in a list: send it back to continue there.',
  {
    token: text(CURSOR),
  },
)

export const Consistency = message(
  'Consistency',
  'The revision at which to answer; exactly one member. Without it: minimizeLatency.',
  {
    minimizeLatency: member(flag),
    atLeastAsFresh: member(ZedToken),
    atExactSnapshot: member(ZedToken),
    fullyConsistent: member(flag),
  },
  { example: { fullyConsistent: true } },
)

export const ObjectReference = message('ObjectReference', 'One object.', {
  objectType: text(TYPE_NAME),
  objectId: text(OBJECT_ID),
})

export const SubjectObject = message(
  'SubjectObject',
  'One object, or all of its type by the id `*`.',
  {
    objectType: text(TYPE_NAME),
    objectId: text(SUBJECT_ID),
  },
)

const NO_RELATION: readonly Violation[] = [
  { field: '.optionalRelation', expected: 'empty for the wildcard subject' },
]

export const SubjectReference = message(
  'SubjectReference',
  'An object, or the set of subjects that have a relation to it.',
  { object: required(SubjectObject), optionalRelation: text(orEmpty(RELATION_NAME)) },
  {
    rule: ({ object, optionalRelation }) =>
      object?.objectId === WILDCARD && optionalRelation !== '' ? NO_RELATION : NO_FAULTS,
  },
)

export const ContextualizedCaveat = message(
  'ContextualizedCaveat',
  'A caveat by name, with context that overrides the context of a question.',
  { caveatName: text(CAVEAT_NAME), context: struct },
)

export const Relationship = message(
  'Relationship',
  'A resource, a relation, and a subject that has it.',
  {
    resource: required(ObjectReference),
    relation: text(RELATION_NAME),
    subject: required(SubjectReference),
    optionalCaveat: ContextualizedCaveat,
    optionalExpiresAt: timestamp,
  },
)

const ID_FIELDS = { resource: '.resource.objectId', subject: '.subject.object.objectId' } as const

/** The violations of a relationship that is to be written: ids with invisible characters. */
export function invisibleFaults(
  relationship: Wire<typeof Relationship> | null,
  path: string,
): readonly Violation[] {
  // Other rules refuse a text that is not an id at all.
  const hides = (id: string | undefined): boolean =>
    id !== undefined && isSubjectId(id) && !isVisible(id)
  const faults = [
    ...(hides(relationship?.resource?.objectId) ? [ID_FIELDS.resource] : []),
    ...(hides(relationship?.subject?.object?.objectId) ? [ID_FIELDS.subject] : []),
  ]
  return faults.map(field => ({ field: `${path}${field}`, expected: VISIBLE_FORM }))
}

const contextualList = list(required(Relationship))

/**
 * The field of questions that holds contextual relationships. SpiceDB does not have it, so answers
 * repeat it only where the client has sent it.
 */
export const CONTEXTUAL = {
  contextualRelationships: member({
    ...contextualList,
    schema: {
      ...contextualList.schema,
      maxItems: limits.contextualRelationshipsMax,
      description: 'Relationships that count as if just touched, for this question only.',
    },
  }),
}

const SubjectRelationFilter = message(
  'SubjectRelationFilter',
  'The relation of the subject; empty for objects themselves.',
  { relation: text(orEmpty(RELATION_NAME)) },
)

const SubjectFilter = message(
  'SubjectFilter',
  'The type, id and relation that the subject must have.',
  {
    subjectType: text(TYPE_NAME),
    optionalSubjectId: text(orEmpty(SUBJECT_ID)),
    optionalRelation: SubjectRelationFilter,
  },
)

export const RelationshipFilter = message(
  'RelationshipFilter',
  'What a relationship must match. At least one field is set; unset fields match everything.',
  {
    resourceType: text(orEmpty(TYPE_NAME)),
    optionalResourceId: text(orEmpty(OBJECT_ID)),
    optionalResourceIdPrefix: text(orEmpty(OBJECT_ID)),
    optionalRelation: text(orEmpty(RELATION_NAME)),
    optionalSubjectFilter: SubjectFilter,
  },
)

export const PartialCaveatInfo = message(
  'PartialCaveatInfo',
  'The caveat parameters that a conditional answer lacks.',
  { missingRequiredContext: list(text(CAVEAT_PARAMETER)) },
)

export const permissionship = enumeration([
  'PERMISSIONSHIP_UNSPECIFIED',
  'PERMISSIONSHIP_NO_PERMISSION',
  'PERMISSIONSHIP_HAS_PERMISSION',
  'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
])

export const lookupPermissionship = enumeration([
  'LOOKUP_PERMISSIONSHIP_UNSPECIFIED',
  'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION',
  'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION',
])

export type WireConsistency = Wire<typeof Consistency>
export type WireFilter = Wire<typeof RelationshipFilter>
export type WireObject = Wire<typeof ObjectReference>
export type WireRelationship = Wire<typeof Relationship>
export type WireSubject = Wire<typeof SubjectReference>
