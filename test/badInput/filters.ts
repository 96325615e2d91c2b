// Filters that name what is not there, or what relationships do not have, in every place where a
// filter stands; counters and questions about the schema with bad names.

import {
  CHECK,
  DELETE,
  FILTER,
  type Json,
  QUESTION,
  READ,
  SUBJECTS,
  subject,
  WRITE,
} from '../wire.js'
import { INVALID, type Row } from './row.js'

const EXPORT = '/v1/relationships/exportbulk'
const WATCH = '/v1/watch'
const REGISTER = '/v1/experimental/registerrelationshipcounter'
const COUNT = '/v1/experimental/countrelationships'
const UNREGISTER = '/v1/experimental/unregisterrelationshipcounter'
const REFLECT = '/v1/schema/reflectschema'
const COMPUTABLE = '/v1/schema/permissions/computable'
const DEPENDENT = '/v1/schema/permissions/dependent'

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

const BAD_COUNTERS = [
  '',
  'ab',
  'Abc',
  '1abc',
  'abc_',
  'a-c',
  'a b',
  'abc/def',
  'é12',
  '*',
  'a'.repeat(65),
]

export const badFilters: readonly Row[] = [
  ...inEachPlace,
  ...BAD_COUNTERS.flatMap(name =>
    [REGISTER, COUNT, UNREGISTER].map(path => ({
      claim: `${path} of \`${name}\``,
      path,
      body: { name, relationshipFilter: FILTER },
      ...INVALID,
      message: /`name` must be the name of a counter/,
    })),
  ),
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
