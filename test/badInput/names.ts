// Names, ids and cursors that have not the form that SpiceDB's API gives them, in every field that
// holds one; and filters that name what is not there.

import {
  BULK,
  CHECK,
  DELETE,
  FILTER,
  type Json,
  object,
  QUESTION,
  READ,
  RESOURCES,
  STORED,
  SUBJECTS,
  subject,
  touch,
  WRITE,
} from '../wire.js'
import { INVALID, type Row } from './row.js'

const EXPAND = '/v1/permissions/expand'
const LIST = '/v1/permissions/list'
const IMPORT = '/v1/relationships/importbulk'
const EXPORT = '/v1/relationships/exportbulk'
const WATCH = '/v1/watch'
const REGISTER = '/v1/experimental/registerrelationshipcounter'
const COUNT = '/v1/experimental/countrelationships'
const UNREGISTER = '/v1/experimental/unregisterrelationshipcounter'
const REFLECT = '/v1/schema/reflectschema'
const COMPUTABLE = '/v1/schema/permissions/computable'
const DEPENDENT = '/v1/schema/permissions/dependent'

/** Forms that are wrong whether a field may be empty or not. */
const NAMES = ['ab', 'Abc', '1abc', '_abc', 'abc_', 'a-c', 'a b', 'abc\n', '*', 'é12', '...']
const RELATIONS = [...NAMES, 'a'.repeat(65), 'abc/def', 'abc#def']
const TYPES = [
  ...NAMES,
  'a'.repeat(65),
  '/abc',
  'abc/',
  'abc//def',
  `${'abc/'.repeat(32)}abc`,
  'ab/cde',
]
const IDS = [
  'a b',
  'a#b',
  'a[b',
  'a]b',
  'a\nb',
  'a\0b',
  '\u00a0',
  'a\u200bb',
  'x'.repeat(1025),
  'é'.repeat(513),
]
const FORMS = {
  type: ['', ...TYPES],
  typeOrNone: TYPES,
  relation: ['', ...RELATIONS],
  relationOrNone: RELATIONS,
  object: ['', '*', ...IDS],
  objectOrNone: ['*', ...IDS],
  subject: ['', ...IDS],
  subjectOrNone: IDS,
  caveat: ['', 'a b', '-abc', 'a'.repeat(129), 'é'],
  counter: ['', ...RELATIONS],
  cursor: ['', 'x'.repeat(102_401)],
} as const

type Form = keyof typeof FORMS
/** A body that is sound, and its fields by their places with what each holds. */
type Asked = readonly [path: string, body: Json, fields: Readonly<Record<string, Form>>]

const SUBJECT = {
  'object.objectType': 'type',
  'object.objectId': 'subject',
  optionalRelation: 'relationOrNone',
} as const
const OBJECT = { objectType: 'type', objectId: 'object' } as const
const FILTERS = {
  resourceType: 'typeOrNone',
  optionalResourceId: 'objectOrNone',
  optionalResourceIdPrefix: 'objectOrNone',
  optionalRelation: 'relationOrNone',
  'optionalSubjectFilter.subjectType': 'type',
  'optionalSubjectFilter.optionalSubjectId': 'subjectOrNone',
  'optionalSubjectFilter.optionalRelation.relation': 'relationOrNone',
} as const
const at = <Fields extends Readonly<Record<string, Form>>>(place: string, fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([field, form]) => [`${place}.${field}`, form]))
const RELATIONSHIP = {
  ...at('resource', OBJECT),
  relation: 'relation',
  ...at('subject', SUBJECT),
  'optionalCaveat.caveatName': 'caveat',
} as const
const ASKING = {
  ...at('resource', OBJECT),
  permission: 'relation',
  ...at('subject', SUBJECT),
} as const
const SUBJECTS_OF = { subjectFilter: { subjectType: 'user', optionalRelation: { relation: '' } } }
const WHOLE_FILTER = { ...FILTER, optionalSubjectFilter: SUBJECTS_OF.subjectFilter }
const CAVEATED = { ...STORED, optionalCaveat: { caveatName: 'on_day' } }
const CURSOR = { 'optionalCursor.token': 'cursor' } as const

const ASKED: readonly Asked[] = [
  [CHECK, QUESTION, ASKING],
  [
    CHECK,
    { ...QUESTION, contextualRelationships: [CAVEATED] },
    at('contextualRelationships.0', RELATIONSHIP),
  ],
  [BULK, { items: [QUESTION] }, at('items.0', ASKING)],
  [EXPAND, QUESTION, { ...at('resource', OBJECT), permission: 'relation' }],
  [
    LIST,
    { ...QUESTION, optionalPermissions: ['view'] },
    { ...at('resource', OBJECT), ...at('subject', SUBJECT), 'optionalPermissions.0': 'relation' },
  ],
  [
    RESOURCES,
    {
      ...QUESTION,
      resourceObjectType: 'document',
      within: { object: object('document', '1'), relations: ['viewer'] },
      optionalCursor: {},
    },
    {
      resourceObjectType: 'type',
      permission: 'relation',
      ...at('subject', SUBJECT),
      ...at('within.object', OBJECT),
      'within.relations.0': 'relation',
      ...CURSOR,
    },
  ],
  [
    SUBJECTS,
    { ...QUESTION, subjectObjectType: 'user', optionalCursor: {} },
    {
      'resource.objectType': 'type',
      // The wildcard is a resource that has nobody.
      'resource.objectId': 'subject',
      permission: 'relation',
      subjectObjectType: 'type',
      optionalSubjectRelation: 'relationOrNone',
      ...CURSOR,
    },
  ],
  [
    READ,
    { relationshipFilter: WHOLE_FILTER, optionalCursor: {} },
    { ...at('relationshipFilter', FILTERS), ...CURSOR },
  ],
  [DELETE, { relationshipFilter: WHOLE_FILTER }, at('relationshipFilter', FILTERS)],
  [
    EXPORT,
    { optionalRelationshipFilter: WHOLE_FILTER, optionalCursor: {} },
    { ...at('optionalRelationshipFilter', FILTERS), ...CURSOR },
  ],
  [
    WATCH,
    { optionalRelationshipFilters: [WHOLE_FILTER] },
    at('optionalRelationshipFilters.0', FILTERS),
  ],
  [WATCH, { optionalObjectTypes: ['user'] }, { 'optionalObjectTypes.0': 'type' }],
  [WRITE, { updates: [touch(CAVEATED)] }, at('updates.0.relationship', RELATIONSHIP)],
  [
    WRITE,
    { optionalPreconditions: [{ operation: 1, filter: WHOLE_FILTER }] },
    at('optionalPreconditions.0.filter', FILTERS),
  ],
  [WRITE, { optionalDeletions: [WHOLE_FILTER] }, at('optionalDeletions.0', FILTERS)],
  [
    WRITE,
    { optionalPermissionPreconditions: [{ operation: 1, ...QUESTION }] },
    at('optionalPermissionPreconditions.0', ASKING),
  ],
  [IMPORT, { relationships: [CAVEATED] }, at('relationships.0', RELATIONSHIP)],
  [
    REGISTER,
    { relationshipFilter: WHOLE_FILTER, name: 'abc' },
    { ...at('relationshipFilter', FILTERS), name: 'counter' },
  ],
  [COUNT, {}, { name: 'counter' }],
  [UNREGISTER, {}, { name: 'counter' }],
]

type Tree = { [key: string]: Tree | string }

/** The body with another text at a place such as `items.0.permission`. */
function having(body: Json, place: string, value: string): Json {
  const copy = structuredClone(body) as Tree
  const keys = place.split('.')
  const last = keys.pop() ?? ''
  const part = keys.reduce<Tree>((part, key) => part[key] as Tree, copy)
  part[last] = value
  return copy as Json
}

const shown = (value: string): string =>
  value.length > 40 ? `${JSON.stringify(value.slice(0, 8))} and so on` : JSON.stringify(value)

export const badNames: readonly Row[] = ASKED.flatMap(([path, body, fields]) =>
  Object.entries(fields).flatMap(([place, form]) =>
    FORMS[form].map(value => ({
      claim: `${path}: ${place} as ${shown(value)}`,
      path,
      body: having(body, place, value),
      ...INVALID,
      message: new RegExp(`\`${place.replace(/\.(\d+)/g, '\\[$1\\]')}\` must be`),
    })),
  ),
)

const UNKNOWN_TYPE = { code: 9, reason: 'UNKNOWN_DEFINITION' } as const
const UNKNOWN_RELATION = { code: 9, reason: 'UNKNOWN_RELATION_OR_PERMISSION' } as const
const INVALID_FILTER = { code: 3, reason: 'INVALID_FILTER' } as const

const ofUsers = (filter: Json): Json => ({
  ...FILTER,
  optionalSubjectFilter: { subjectType: 'user', ...filter },
})

/** What each filter gets, wherever it stands. The longest names are names. */
const BAD_FILTERS: Readonly<Record<string, readonly [Json, Pick<Row, 'code' | 'reason'>]>> = {
  nothing: [{}, INVALID_FILTER],
  'an id and a prefix': [
    { ...FILTER, optionalResourceId: '1', optionalResourceIdPrefix: '1' },
    INVALID_FILTER,
  ],
  'an unknown type': [{ resourceType: 'nope' }, UNKNOWN_TYPE],
  'an unknown type of 128 bytes': [
    { resourceType: `${'a'.repeat(63)}/${'b'.repeat(64)}` },
    UNKNOWN_TYPE,
  ],
  'an unknown relation': [{ ...FILTER, optionalRelation: 'nope' }, UNKNOWN_RELATION],
  'an unknown relation of 64 bytes': [
    { ...FILTER, optionalRelation: 'a'.repeat(64) },
    UNKNOWN_RELATION,
  ],
  'a relation of another type': [{ ...FILTER, optionalRelation: 'member' }, UNKNOWN_RELATION],
  'a relation that no type has': [{ optionalRelation: 'nope' }, UNKNOWN_RELATION],
  'a permission': [{ ...FILTER, optionalRelation: 'view' }, INVALID_FILTER],
  'a permission of whatever type': [{ optionalRelation: 'view' }, INVALID_FILTER],
  'an unknown type of subjects': [{ optionalSubjectFilter: { subjectType: 'nope' } }, UNKNOWN_TYPE],
  'an unknown relation of subjects': [
    ofUsers({ optionalRelation: { relation: 'nope' } }),
    UNKNOWN_RELATION,
  ],
  'subjects of no type': [{ ...FILTER, optionalSubjectFilter: {} }, INVALID],
}

type Place = readonly [path: string, place: (filter: Json) => Json]

const PLACES: readonly Place[] = [
  [READ, relationshipFilter => ({ relationshipFilter })],
  [DELETE, relationshipFilter => ({ relationshipFilter })],
  [EXPORT, optionalRelationshipFilter => ({ optionalRelationshipFilter })],
  [WATCH, filter => ({ optionalRelationshipFilters: [filter] })],
  [REGISTER, relationshipFilter => ({ name: 'abc', relationshipFilter })],
  [WRITE, filter => ({ optionalDeletions: [filter] })],
  [
    WRITE,
    filter => ({ optionalPreconditions: [{ operation: 'OPERATION_MUST_NOT_MATCH', filter }] }),
  ],
  [
    DELETE,
    filter => ({ relationshipFilter: FILTER, optionalPreconditions: [{ operation: 1, filter }] }),
  ],
]

const isPrecondition = (body: Json): boolean => 'optionalPreconditions' in body

/** Refusals that SpiceDB tells otherwise in one place. */
function refusalIn(path: string, body: Json, filter: Json, told: Pick<Row, 'code' | 'reason'>) {
  const isEmpty = Object.keys(filter).length === 0
  if (isEmpty && isPrecondition(body)) return { code: 3, reason: 'UNSPECIFIED' }
  return isEmpty && path === EXPORT ? null : told
}

const inEachPlace: readonly Row[] = PLACES.flatMap(([path, place]) =>
  Object.entries(BAD_FILTERS).flatMap(([claim, [filter, told]]) => {
    const body = place(filter)
    const refusal = refusalIn(path, body, filter, told)
    return refusal === null ? [] : [{ claim: `${path}: by ${claim}`, path, body, ...refusal }]
  }),
)

export const badFilters: readonly Row[] = [
  ...inEachPlace,
  {
    claim: 'a counter of 64 bytes that is not there',
    path: COUNT,
    body: { name: 'a'.repeat(64) },
    code: 9,
    reason: 'COUNTER_NOT_REGISTERED',
  },
  {
    claim: 'computable of an unknown type',
    path: COMPUTABLE,
    body: { definitionName: 'nope' },
    ...UNKNOWN_TYPE,
  },
  { claim: 'computable of no type', path: COMPUTABLE, body: {}, ...UNKNOWN_TYPE },
  {
    claim: 'computable from an unknown relation',
    path: COMPUTABLE,
    body: { definitionName: 'document', relationName: 'nope' },
    ...UNKNOWN_RELATION,
  },
  {
    claim: 'dependent of an unknown type',
    path: DEPENDENT,
    body: { definitionName: 'nope', permissionName: 'view' },
    ...UNKNOWN_TYPE,
  },
  {
    claim: 'dependent of an unknown permission',
    path: DEPENDENT,
    body: { definitionName: 'document', permissionName: 'nope' },
    ...UNKNOWN_RELATION,
  },
  {
    claim: 'dependent of no permission',
    path: DEPENDENT,
    body: { definitionName: 'document' },
    ...UNKNOWN_RELATION,
  },
  {
    claim: 'dependent of a relation',
    path: DEPENDENT,
    body: { definitionName: 'document', permissionName: 'viewer' },
    code: 3,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
  },
  ...[
    { optionalRelationNameFilter: 'v' },
    { optionalPermissionNameFilter: 'v' },
    { optionalDefinitionNameFilter: 'd', optionalCaveatNameFilter: 'c' },
    {
      optionalDefinitionNameFilter: 'd',
      optionalRelationNameFilter: 'v',
      optionalPermissionNameFilter: 'v',
    },
    { optionalCaveatNameFilter: 'c', optionalRelationNameFilter: 'v' },
  ].map(filter => ({
    claim: `a reflection by ${Object.keys(filter).join(' and ')}`,
    path: REFLECT,
    body: { optionalFilters: [{}, filter] },
    ...INVALID_FILTER,
  })),
  {
    claim: 'a watch from an empty token',
    path: WATCH,
    body: { optionalStartCursor: {} },
    ...INVALID,
  },
  {
    claim: 'a lookup of an unknown relation of subjects',
    path: SUBJECTS,
    body: { ...QUESTION, subjectObjectType: 'group', optionalSubjectRelation: 'nope' },
    ...UNKNOWN_RELATION,
  },
  {
    claim: 'a check of an unknown relation of subjects',
    path: CHECK,
    body: { ...QUESTION, subject: subject('group', 'a', 'nope') },
    ...UNKNOWN_RELATION,
  },
]
