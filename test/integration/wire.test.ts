// The answers over HTTP, field by field: SpiceDB's samples, with Pemba's tokens.

import t from 'tap'
import { TEST_KEY } from '../service.js'
import {
  BULK,
  CHECK,
  create,
  DELETE,
  FILTER,
  type Json,
  ON_DAY,
  object,
  openWorld,
  post,
  QUESTION,
  READ,
  SCHEMA,
  STORED,
  subject,
  WRITE,
} from '../wire.js'

const service = await openWorld('embedded')
t.teardown(() => service.close())

const FULL = { consistency: { fullyConsistent: true } }
const TOKEN = { token: 'a token' }

/** The lines of an answer, every token in them replaced by the same text. */
async function ask(path: string, body: Json | string): Promise<readonly Json[]> {
  const { text } = await post(service, path, body)
  const told = text.replaceAll(/"token":"[A-Za-z0-9+/=]+"/g, '"token":"a token"')
  return told
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Json)
}

t.test('a check', async t => {
  t.strictSame(await ask(CHECK, { ...FULL, ...QUESTION, unheardOf: 1 }), [
    {
      checkedAt: TOKEN,
      permissionship: 'PERMISSIONSHIP_HAS_PERMISSION',
      partialCaveatInfo: null,
      debugTrace: null,
      optionalExpiresAt: null,
    },
  ])
})

t.test('a check that lacks context', async t => {
  t.strictSame(await ask(CHECK, { ...FULL, ...QUESTION, subject: subject('user', 'cat') }), [
    {
      checkedAt: TOKEN,
      permissionship: 'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
      partialCaveatInfo: { missingRequiredContext: ['day'] },
      debugTrace: null,
      optionalExpiresAt: null,
    },
  ])
})

t.test('the same check in snake_case', async t => {
  const snake = {
    consistency: { fully_consistent: true },
    resource: { object_type: 'document', object_id: '1' },
    permission: 'view',
    subject: { object: { object_type: 'user', object_id: 'ann' }, optional_relation: '' },
    context: null,
  }
  t.strictSame(await ask(CHECK, snake), await ask(CHECK, { ...FULL, ...QUESTION }))
})

t.test('many checks, with their questions and one error', async t => {
  const context = { snake_case: [1, { camelCase: null }] }
  const bad = { ...QUESTION, permission: 'nope' }
  t.strictSame(await ask(BULK, { ...FULL, items: [{ ...QUESTION, context }, bad] }), [
    {
      checkedAt: TOKEN,
      pairs: [
        {
          request: { ...QUESTION, context },
          item: {
            permissionship: 'PERMISSIONSHIP_HAS_PERMISSION',
            partialCaveatInfo: null,
            debugTrace: null,
          },
        },
        {
          request: { ...bad, context: null },
          error: {
            code: 9,
            message: 'relation/permission `nope` not found under definition `document`',
            details: [
              {
                '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
                reason: 'ERROR_REASON_UNKNOWN_RELATION_OR_PERMISSION',
                domain: 'authzed.com',
                metadata: { definition_name: 'document', relation_or_permission_name: 'nope' },
              },
            ],
          },
        },
      ],
    },
  ])
})

t.test('no checks', async t => {
  t.strictSame(await ask(BULK, FULL), [{ checkedAt: TOKEN, pairs: [] }])
})

t.test('relationships, a line each', async t => {
  const line = (relationship: Json) => ({
    result: { readAt: TOKEN, relationship, afterResultCursor: TOKEN },
  })
  const filter = { ...FILTER, optionalRelation: 'viewer' }
  t.strictSame(await ask(READ, { ...FULL, relationshipFilter: filter }), [
    line({ ...STORED, optionalCaveat: null, optionalExpiresAt: null }),
    line({
      ...STORED,
      subject: subject('user', 'cat'),
      optionalCaveat: { ...ON_DAY, context: {} },
      optionalExpiresAt: null,
    }),
  ])
})

t.test('no relationships are no lines', async t => {
  const filter = { ...FILTER, optionalResourceId: 'none' }
  t.equal((await post(service, READ, { relationshipFilter: filter })).text, '')
})

t.test('a write with enums by number, and an expiration', async t => {
  const expiring = {
    resource: { objectType: 'document', objectId: '2' },
    relation: 'viewer',
    subject: subject('user', 'ann'),
    optionalExpiresAt: '2130-01-01T01:00:00+01:00',
  }
  t.strictSame(await ask(WRITE, { updates: [{ operation: 2, relationship: expiring }] }), [
    {
      writtenAt: TOKEN,
      updateOutcomes: [{ outcome: 'OUTCOME_CREATED' }],
      relationshipsDeletedCount: '0',
    },
  ])
  const filter = { ...FILTER, optionalResourceId: '2' }
  t.match(await ask(READ, { ...FULL, relationshipFilter: filter }), [
    { result: { relationship: { optionalExpiresAt: '2130-01-01T00:00:00Z' } } },
  ])
})

t.test('no updates have a token all the same', async t => {
  t.strictSame(await ask(WRITE, {}), [
    { writtenAt: TOKEN, updateOutcomes: [], relationshipsDeletedCount: '0' },
  ])
})

t.test('what replaces, under a precondition on a permission, in snake_case', async t => {
  const update = (operation: string, id: string) => ({
    operation,
    relationship: { ...STORED, resource: object('document', '7'), subject: subject('user', id) },
  })
  await ask(WRITE, { updates: ['ann', 'bob', 'cid'].map(id => update('OPERATION_CREATE', id)) })
  const body = {
    updates: [
      update('OPERATION_CREATE', 'ann'),
      update('OPERATION_DELETE', 'bob'),
      update('OPERATION_DELETE', 'dan'),
      {
        ...update('OPERATION_TOUCH', 'ann'),
        relationship: { ...STORED, resource: object('document', '8') },
      },
    ],
    optional_deletions: [{ resource_type: 'document', optional_resource_id: '7' }],
    optional_permission_preconditions: [
      { operation: 'OPERATION_MUST_HAVE', ...QUESTION },
      { operation: 1, ...QUESTION, subject: subject('user', 'eve'), context: null },
    ],
  }
  t.strictSame(await ask(WRITE, body), [
    {
      writtenAt: TOKEN,
      updateOutcomes: [
        { outcome: 'OUTCOME_UNCHANGED' },
        { outcome: 'OUTCOME_DELETED' },
        { outcome: 'OUTCOME_ABSENT' },
        { outcome: 'OUTCOME_CREATED' },
      ],
      relationshipsDeletedCount: '1',
    },
  ])
})

t.test('a refusal with its ErrorInfo', async t => {
  const [told] = await ask(WRITE, { updates: [create(STORED)] })
  t.match(told, {
    code: 6,
    message: String,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ERROR_REASON_ATTEMPT_TO_RECREATE_RELATIONSHIP',
        domain: 'authzed.com',
        metadata: { relationship: String },
      },
    ],
  })
})

t.test('a deletion, its count as text', async t => {
  const filter = { ...FILTER, optionalResourceId: '2' }
  t.strictSame(await ask(DELETE, { relationshipFilter: filter }), [
    {
      deletedAt: TOKEN,
      deletionProgress: 'DELETION_PROGRESS_COMPLETE',
      relationshipsDeletedCount: '1',
    },
  ])
})

t.test('the schema, asked for with and without a body', async t => {
  const told = [{ schemaText: SCHEMA, readAt: TOKEN }]
  t.strictSame(await ask('/v1/schema/read', {}), told)
  t.strictSame(await ask('/v1/schema/read', ''), told)
})

t.test('a permission expanded', async t => {
  const place = (relation: string) => ({
    expandedObject: object('document', '1'),
    expandedRelation: relation,
  })
  const leaf = (relation: string, ...subjects: Json[]) => ({
    leaf: { subjects },
    ...place(relation),
  })
  const question = { resource: object('document', '1'), permission: 'view' }
  const children = [
    leaf('viewer', subject('user', 'ann'), subject('user', 'cat')),
    leaf('owner', subject('user', 'ann')),
  ]
  t.strictSame(await ask('/v1/permissions/expand', { ...FULL, ...question }), [
    {
      expandedAt: TOKEN,
      treeRoot: { intermediate: { operation: 'OPERATION_UNION', children }, ...place('view') },
    },
  ])
})

t.test('an expansion of what the schema lacks is refused, and so is a wildcard', async t => {
  const expanded = (type: string, id: string, permission: string) =>
    ask('/v1/permissions/expand', { resource: object(type, id), permission })
  t.match(await expanded('document', '1', 'nope'), [{ code: 9 }])
  t.match(await expanded('nope', '1', 'view'), [{ code: 9 }])
  t.match(await expanded('document', '*', 'view'), [{ code: 3 }])
})

t.test('a check with its reasons', async t => {
  const part = (permission: string, result: string, rest: Json) => ({
    resource: object('document', '1'),
    permission,
    permissionType: 'PERMISSION_TYPE_RELATION',
    subject: subject('user', 'cat'),
    result,
    caveatEvaluationInfo: null,
    duration: '0s',
    optionalExpiresAt: null,
    traceOperationId: 'an-id',
    source: 'pemba',
    ...rest,
  })
  const missing = { missingRequiredContext: ['day'] }
  const conditional = 'PERMISSIONSHIP_CONDITIONAL_PERMISSION'
  const viewer = part('viewer', conditional, {
    caveatEvaluationInfo: {
      expression: 'day == "tuesday"',
      result: 'RESULT_MISSING_SOME_CONTEXT',
      context: { hour: 3 },
      partialCaveatInfo: missing,
      caveatName: 'on_day',
    },
    subProblems: { traces: [] },
  })
  const owner = part('owner', 'PERMISSIONSHIP_NO_PERMISSION', { subProblems: { traces: [] } })
  const question = { ...FULL, ...QUESTION, subject: subject('user', 'cat'), context: { hour: 3 } }
  const asked = async (path: string, body: Json, headers = {}) => {
    const reply = await fetch(service.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}`, 'x-request-id': 'an-id', ...headers },
      body: JSON.stringify(body),
    })
    return (await reply.json()) as Json
  }
  const { debugTrace, permissionship } = (await asked(CHECK, {
    ...question,
    withTracing: true,
  })) as {
    debugTrace: { check: Json; schemaUsed: string }
    permissionship: string
  }
  t.equal(permissionship, conditional)
  t.equal(debugTrace.schemaUsed, SCHEMA)
  t.match(debugTrace.check.duration, /^\d\.\d{6}s$/)
  t.strictSame(
    { ...debugTrace.check, duration: '0s' },
    part('view', conditional, {
      permissionType: 'PERMISSION_TYPE_PERMISSION',
      subProblems: { traces: [viewer, owner] },
    }),
  )
  const { consistency, ...item } = question
  t.match(await asked(BULK, { consistency, items: [item], withTracing: true }), {
    pairs: [{ item: { debugTrace: { check: { subProblems: { traces: [viewer, owner] } } } } }],
  })
  const header = { 'io.spicedb.requestdebuginfo': '1' }
  t.match(await asked(CHECK, question, header), { debugTrace: { schemaUsed: SCHEMA } })
  t.match(await asked(CHECK, question), { debugTrace: null })
})
