// A script as a user of SpiceDB writes it for SpiceDB's HTTP gateway. Paths, bodies and
// expectations are those of its API, and nothing here depends on Pemba. Expectations follow the
// contract: the order of a stream counts only where the contract defines one, and only fields that
// a client reads are compared.

import { checking, lookingForSubjects, lookingUp } from './questions.js'
import { reflecting } from './reflecting.js'
import {
  ask,
  create,
  document,
  FULL,
  fresh,
  lines,
  member,
  object,
  relationship,
  SCHEMA,
  type Step,
  subject,
  TOKEN,
  touch,
  user,
  watch,
} from './step.js'

const CREATE_BY_NUMBER = 1
const TOUCH_BY_NUMBER = 2
const DELETE_BY_NUMBER = 3
const MUST_MATCH_BY_NUMBER = 2

const writing: readonly Step[] = [
  ask('the schema is written', '/v1/schema/write', { schema: SCHEMA }, { writtenAt: TOKEN }),
  ask('and read', '/v1/schema/read', {}, { schemaText: /definition document/, readAt: TOKEN }),
  ask('also without a body', '/v1/schema/read', '', { schemaText: /definition document/ }),
  ask(
    'relationships are written, operations by name',
    '/v1/relationships/write',
    {
      updates: [
        create(relationship('plan', 'owner', user('olga'))),
        create(relationship('plan', 'viewer', subject('group', 'all', 'member'))),
        touch(relationship('plan', 'banned', user('bob'))),
        touch(
          relationship('memo', 'viewer', user('ann'), { optionalCaveat: { caveatName: 'on_day' } }),
        ),
        touch(relationship('open', 'viewer', user('*'))),
        touch(relationship('open', 'banned', user('bob'))),
      ],
      optionalTransactionMetadata: { ticket: 'T-1' },
    },
    { writtenAt: TOKEN },
    { first: 'writtenAt.token' },
  ),
  ask(
    'and by number, in snake_case, under a precondition',
    '/v1/relationships/write',
    {
      updates: [
        {
          operation: CREATE_BY_NUMBER,
          relationship: member('all', subject('group', 'a', 'member')),
        },
        { operation: TOUCH_BY_NUMBER, relationship: member('a', user('ann')) },
        { operation: TOUCH_BY_NUMBER, relationship: member('a', user('bob')) },
        { operation: DELETE_BY_NUMBER, relationship: member('a', user('nobody')) },
        {
          operation: 'OPERATION_CREATE',
          relationship: {
            resource: { object_type: 'document', object_id: 'brief' },
            relation: 'viewer',
            subject: { object: { object_type: 'user', object_id: 'ann' } },
            optional_expires_at: '2130-01-01T00:00:00Z',
          },
        },
      ],
      optional_preconditions: [
        {
          operation: MUST_MATCH_BY_NUMBER,
          filter: { resource_type: 'document', optional_resource_id: 'plan' },
        },
      ],
    },
    { writtenAt: TOKEN },
    { written: 'writtenAt.token' },
  ),
]

const reading: readonly Step[] = [
  lines(
    'relationships are read at the token of the write, every field in them',
    '/v1/relationships/read',
    kept => ({
      ...fresh(kept),
      relationshipFilter: { resourceType: 'document', optionalRelation: 'viewer' },
    }),
    [
      relationship('brief', 'viewer', user('ann'), {
        optionalCaveat: null,
        optionalExpiresAt: '2130-01-01T00:00:00Z',
      }),
      relationship('memo', 'viewer', user('ann'), {
        optionalCaveat: { caveatName: 'on_day' },
        optionalExpiresAt: null,
      }),
      relationship('open', 'viewer', user('*'), { optionalCaveat: null, optionalExpiresAt: null }),
      relationship('plan', 'viewer', subject('group', 'all', 'member')),
    ].map(each => ({ readAt: TOKEN, relationship: each, afterResultCursor: TOKEN })),
    { by: 'relationship.resource.objectId' },
  ),
  lines(
    'by who is named',
    '/v1/relationships/read',
    {
      ...FULL,
      relationshipFilter: {
        optionalSubjectFilter: { subjectType: 'group', optionalRelation: { relation: 'member' } },
      },
    },
    [{ relationship: { relation: 'member' } }, { relationship: { resource: document('plan') } }],
    { by: 'relationship.relation' },
  ),
  lines(
    'and page by page',
    '/v1/relationships/read',
    { ...FULL, relationshipFilter: { resourceType: 'group' }, optionalLimit: 2 },
    [{ afterResultCursor: TOKEN }, { afterResultCursor: TOKEN }],
    { keep: { readPage: '1.afterResultCursor.token' } },
  ),
  lines(
    'to the end',
    '/v1/relationships/read',
    kept => ({
      ...FULL,
      relationshipFilter: { resourceType: 'group' },
      optionalLimit: 2,
      optionalCursor: { token: kept.readPage },
    }),
    [{ relationship: { relation: 'member' } }],
  ),
  lines(
    'a filter that matches nothing has no lines',
    '/v1/relationships/read',
    { ...FULL, relationshipFilter: { optionalResourceIdPrefix: 'no' } },
    [],
  ),
]

const COUNTER = { name: 'members' }

const counting: readonly Step[] = [
  ask(
    'a counter',
    '/v1/experimental/registerrelationshipcounter',
    { ...COUNTER, relationshipFilter: { resourceType: 'group' } },
    {},
  ),
  ask('its count', '/v1/experimental/countrelationships', COUNTER, {
    readCounterValue: { relationshipCount: '3', readAt: TOKEN },
  }),
  ask('its end', '/v1/experimental/unregisterrelationshipcounter', COUNTER, {}),
]

const draft = (id: string) => relationship(`draft${id}`, 'owner', user('olga'))
const message = (...ids: readonly string[]) => JSON.stringify({ relationships: ids.map(draft) })

const inBulk: readonly Step[] = [
  ask(
    'an import: messages one after the other',
    '/v1/relationships/importbulk',
    `${message('1', '2')}${message('3')}\n${message()}`,
    { numLoaded: '3' },
  ),
  ask(
    'by its older path',
    '/v1/experimental/relationships/bulkimport',
    `${message('4')} ${message('5')}`,
    { numLoaded: '2' },
  ),
  ...['/v1/relationships/exportbulk', '/v1/experimental/relationships/bulkexport'].map(path =>
    lines(
      `an export, in batches: ${path}`,
      path,
      {
        ...FULL,
        optionalLimit: 3,
        optionalRelationshipFilter: { resourceType: 'document', optionalRelation: 'owner' },
      },
      [
        { afterResultCursor: TOKEN, relationships: [draft('1'), draft('2'), draft('3')] },
        { relationships: [draft('4'), draft('5'), { resource: document('plan') }] },
      ],
      { keep: { exported: '0.afterResultCursor.token' } },
    ),
  ),
  lines(
    'an export goes on',
    '/v1/relationships/exportbulk',
    kept => ({
      ...FULL,
      optionalLimit: 3,
      optionalRelationshipFilter: { resourceType: 'document', optionalRelation: 'owner' },
      optionalCursor: { token: kept.exported },
    }),
    [{ relationships: [draft('4'), draft('5'), { relation: 'owner' }] }],
  ),
]

const deleting: readonly Step[] = [
  ask(
    'a part of what matches is deleted',
    '/v1/relationships/delete',
    {
      relationshipFilter: { resourceType: 'document', optionalResourceIdPrefix: 'draft' },
      optionalLimit: 2,
      optionalAllowPartialDeletions: true,
    },
    {
      deletedAt: TOKEN,
      deletionProgress: 'DELETION_PROGRESS_PARTIAL',
      relationshipsDeletedCount: '2',
    },
  ),
  ask(
    'and the rest, under a precondition',
    '/v1/relationships/delete',
    {
      relationship_filter: { resource_type: 'document', optional_resource_id_prefix: 'draft' },
      optional_preconditions: [
        { operation: 'OPERATION_MUST_NOT_MATCH', filter: { resource_type: 'user' } },
      ],
    },
    {
      deletedAt: TOKEN,
      deletionProgress: 'DELETION_PROGRESS_COMPLETE',
      relationshipsDeletedCount: '3',
    },
  ),
  ask(
    'a schema that grows',
    '/v1/schema/write',
    { schema: `${SCHEMA}\ndefinition page {}` },
    { writtenAt: TOKEN },
  ),
]

const watching: readonly Step[] = [
  watch(
    'what happened since the first write',
    kept => ({ optionalStartCursor: { token: kept.first }, optionalObjectTypes: ['group'] }),
    [
      {
        updates: [
          { operation: 'OPERATION_TOUCH', relationship: { resource: object('group', 'a') } },
          { operation: 'OPERATION_TOUCH', relationship: { resource: object('group', 'a') } },
          { operation: 'OPERATION_TOUCH', relationship: { resource: object('group', 'all') } },
        ],
        changesThrough: TOKEN,
        optionalTransactionMetadata: null,
        schemaUpdated: false,
        isCheckpoint: false,
        fullRevisionMetadata: [],
      },
    ],
  ),
  watch(
    'by a filter: imports, then deletions',
    kept => ({
      optional_start_cursor: { token: kept.written },
      optional_relationship_filters: [
        { resource_type: 'document', optional_resource_id: 'draft4' },
      ],
    }),
    [
      { updates: [{ operation: 'OPERATION_TOUCH', relationship: draft('4') }] },
      { updates: [{ operation: 'OPERATION_DELETE', relationship: draft('4') }] },
    ],
  ),
  watch(
    'the schema, a kind by number',
    kept => ({
      optionalStartCursor: { token: kept.written },
      optionalObjectTypes: ['user'],
      optionalUpdateKinds: [2],
    }),
    [{ updates: [], schemaUpdated: true, isCheckpoint: false }],
  ),
  watch(
    'checkpoints, a kind by name',
    {
      optionalObjectTypes: ['user'],
      optionalUpdateKinds: ['WATCH_KIND_INCLUDE_CHECKPOINTS'],
    },
    [{ updates: [], schemaUpdated: false, isCheckpoint: true, changesThrough: TOKEN }],
  ),
]

export const SCRIPT: readonly Step[] = [
  ...writing,
  ...reading,
  ...checking,
  ...lookingUp,
  ...lookingForSubjects,
  ...reflecting,
  ...counting,
  ...inBulk,
  ...deleting,
  ...watching,
]
