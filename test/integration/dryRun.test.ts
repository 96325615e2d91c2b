// The dry run of a schema over HTTP, on both stores: it predicts what a write does, reports
// everything that prevents it, and writes nothing.

import t, { type Test } from 'tap'
import type { RemoteError, SchemaDryRun } from '../../src/client/index.js'
import { limits, parseRelationship, printRelationship } from '../../src/terms/index.js'
import { openService, STORES, type TestService } from '../service.js'
import { post, WRITE_SCHEMA } from '../wire.js'

const SCHEMA = `use expiration

caveat on_day(day string) { day == "tuesday" }

caveat unused(limit int, other bool) { limit > 1 && other }

definition user {}

definition group {
  relation member: user
}

definition document {
  relation viewer: user | user:* | group#member | user with on_day | user with expiration
  relation owner: user
  permission view = viewer + owner
}`

const STORED = [
  ...Array.from({ length: 12 }, (_, n) => `group:sales#member@user:u${n}`),
  'document:1#viewer@user:ann',
  'document:1#viewer@user:*',
  'document:2#viewer@group:sales#member',
  'document:3#viewer@user:cat[on_day]',
  'document:4#owner@user:ann',
]

/** Schemas by their effect, with the obstructions: the codes, and the number of relationships. */
const CANDIDATES: readonly (readonly [string, string, readonly string[]])[] = [
  ['the same', SCHEMA, []],
  ['a permission less', SCHEMA.replace('  permission view = viewer + owner\n', ''), []],
  ['a type that nobody uses less', SCHEMA.replace(' | user with expiration', ''), []],
  ['a caveat that nobody uses less', SCHEMA.replace(/caveat unused.*/, ''), []],
  ['nothing', '', ['delete_object_definition 12', 'delete_object_definition 5']],
  [
    'no owner',
    SCHEMA.replace('relation owner: user', 'permission owner = nil'),
    ['delete_relation 1'],
  ],
  [
    'no members',
    SCHEMA.replace('relation member: user', '').replace('group#member', 'group'),
    ['delete_relation 12', 'delete_relation_reverse_check 1', 'remove_allowed_type 1'],
  ],
  [
    'two types less, and a caveat changed',
    SCHEMA.replace('user:* | ', '')
      .replace(' | user with on_day', '')
      .replace('limit int, other bool', 'limit uint')
      .replace('limit > 1 && other', 'limit > 1u'),
    [
      'remove_allowed_type 1',
      'remove_allowed_type 1',
      'change_parameter_type 0',
      'remove_parameter 0',
    ],
  ],
]

for (const store of STORES) {
  t.test(store, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    const { client } = service
    await client.writeSchema({ text: SCHEMA })
    const updates = STORED.map(line => ({
      operation: 'touch' as const,
      relationship: parseRelationship(line),
    }))
    await client.writeRelationships({ updates })
    const mark = async () => (await client.writeRelationships({ updates: [] })).token
    for (const [claim, text, expected] of CANDIDATES) {
      t.test(claim, async t => {
        const token = await mark()
        await client.dryRunSchema({ text })
        const run = await client.dryRunSchema({ text })
        t.equal(run.token, token, 'a dry run moves nothing')
        t.equal(run.wouldBeWritten, expected.length === 0)
        t.strictSame(
          run.obstructions.map(({ error, count }) => `${error.metadata.operation} ${count}`),
          expected,
        )
        for (const { samples, count, countIsExact } of run.obstructions) {
          t.equal(samples.length, Math.min(count, limits.guardSamplesMax))
          t.ok(countIsExact)
          for (const sample of samples) t.ok(STORED.includes(printRelationship(sample)))
        }
        await writesAlike(t, service, text, run)
      })
    }
    t.test('it tells what would change', async t => {
      const less = SCHEMA.replace('  permission view = viewer + owner\n', '')
      t.match((await client.dryRunSchema({ text: less })).diffs, [
        { permissionRemoved: { name: 'view', parentDefinitionName: 'document' } },
      ])
    })
    t.test('a text that is no schema is refused as by a write', async t => {
      for (const schema of ['definition', 'definition a {\n relation b: c\n}', '\0', 1]) {
        const written = await post(service, WRITE_SCHEMA, { schema })
        t.equal(written.status, 400)
        t.strictSame(await post(service, WRITE_SCHEMA, { schema, dryRun: true }), written)
      }
      const { status, text } = await post(service, WRITE_SCHEMA, { schema: '', dryRun: 'yes' })
      t.match({ status, text }, { status: 400, text: /`dryRun`/ })
    })
    t.test('it has the form that the OpenAPI document tells', async t => {
      const readAt = { token: await mark() }
      const { text } = await post(service, WRITE_SCHEMA, { schema: SCHEMA, dry_run: true })
      t.strictSame(JSON.parse(text), {
        writtenAt: null,
        dryRun: { wouldBeWritten: true, readAt, diffs: [], obstructions: [] },
      })
      const { text: written } = await post(service, WRITE_SCHEMA, { schema: SCHEMA })
      t.match(written, /^\{"writtenAt":\{"token":"[^"]+"\}\}$/, 'and a write has its own')
    })
  })
}

/** The write does what the dry run predicted. Its refusal, if any, was among the obstructions. */
async function writesAlike(
  t: Test,
  { client }: TestService,
  text: string,
  { wouldBeWritten, obstructions }: SchemaDryRun,
): Promise<void> {
  const refusal = await client.writeSchema({ text }).then(
    () => null,
    (error: RemoteError) => error,
  )
  t.equal(refusal === null, wouldBeWritten)
  if (refusal === null) await client.writeSchema({ text: SCHEMA })
  else {
    const { message, metadata, code, reason } = refusal
    const told = obstructions.find(({ error }) => error.message === message)
    t.match(told?.error, { metadata, code, reason })
  }
}
