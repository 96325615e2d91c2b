// Requests that get a transaction of their own: deletions by filter, and schemas with their guards.

import type { Test } from 'tap'
import {
  type Database,
  type SchemaGuard,
  StaleSchema,
  surveyGuards,
} from '../../src/storage/index.js'
import type { Traits } from '../../src/storage/request.js'
import {
  limits,
  printRelationship,
  Refusal,
  type RelationshipFilter,
  toRevision,
} from '../../src/terms/index.js'
import {
  deletion,
  done,
  Ground,
  HOUR,
  NOON,
  schema,
  settle,
  updates,
  withTransactions,
} from './storageGround.js'

const DOCS = { resourceType: 'doc' }
const lines = (count: number) => Array.from({ length: count }, (_, i) => `doc:${i}#viewer@user:ann`)

async function withDocs(database: Database, count: number): Promise<Ground> {
  const ground = await Ground.open(database)
  await ground.write('create folder:1#viewer@user:ann', ...lines(count).map(l => `create ${l}`))
  return ground
}

export function deletions(t: Test, database: Database): void {
  t.test('all that matches goes in one revision', async t => {
    const ground = await withDocs(database, 5)
    const outcome = await ground.writer.write(deletion(DOCS))
    t.strictSame(outcome, done(2, { deleted: 5 }))
    t.strictSame(await ground.read(), ['folder:1#viewer@user:ann'])
    t.strictSame(await ground.read(DOCS, { at: toRevision(1) }), lines(5))
    const [, change] = await ground.changes()
    t.strictSame(change.deleted.map(printRelationship).sort(), lines(5))
    const nothing = await ground.writer.write(deletion(DOCS))
    t.strictSame(nothing, done(3))
  })

  t.test('more than the limit is refused with its facts, and nothing is deleted', async t => {
    const ground = await withDocs(database, 5)
    const filter = { ...DOCS, relation: 'viewer', subject: { type: 'user', id: 'ann' } }
    await t.rejects(ground.writer.write(deletion(filter, { limit: 4 })), {
      code: 'too-many-to-delete',
      metadata: {
        limit: '4',
        filter_resource_type: 'doc',
        filter_relation: 'viewer',
        filter_subject_type: 'user',
        filter_subject_id: 'ann',
      },
    })
    t.equal(await ground.head(), 1)
    const outcome = await ground.writer.write(deletion(filter, { limit: 5 }))
    t.strictSame(outcome, done(2, { deleted: 5 }))
  })

  t.test('partially: the first in order, complete when the limit was not reached', async t => {
    const ground = await withDocs(database, 4)
    const part = deletion(DOCS, { limit: 2, partial: true })
    t.strictSame(await ground.writer.write(part), done(2, { deleted: 2, complete: false }))
    t.strictSame(await ground.read(DOCS), lines(4).slice(2))
    t.strictSame(await ground.writer.write(part), done(3, { deleted: 2, complete: false }))
    t.strictSame(await ground.writer.write(part), done(4))
  })

  t.test('what has expired neither matches nor counts', async t => {
    const ground = await withDocs(database, 2)
    await ground.write(`touch doc:0#viewer@user:ann[expiration:${new Date(NOON).toISOString()}]`)
    t.equal(
      await settle(ground.writer, deletion(DOCS, { limit: 1, partial: true })).then(toDeleted),
      1,
    )
    t.equal(await settle(ground.writer, deletion(DOCS)).then(toDeleted), 0)
  })

  t.test('preconditions and the schema come first', async t => {
    const ground = await withDocs(database, 1)
    const absent = { kind: 'must-match', filter: { resourceType: 'nothing' } } as const
    const present = { kind: 'must-match', filter: DOCS } as const
    const refused = deletion(DOCS, { preconditions: [present, absent] })
    t.equal(await settle(ground.writer, refused), 'precondition-failed')
    const stale = deletion(DOCS, { schemaRevision: toRevision(1) })
    await t.rejects(ground.writer.write(stale), StaleSchema)
    t.equal((await ground.read(DOCS)).length, 1)
    const held = deletion(DOCS, { preconditions: [present] })
    t.equal(await settle(ground.writer, held).then(toDeleted), 1)
  })

  t.test('a deletion keeps its position among other requests', async t => {
    const ground = await withDocs(database, 1)
    const outcomes = await Promise.all([
      settle(ground.writer, updates(['create doc:7#viewer@user:ann'])),
      settle(ground.writer, deletion(DOCS)),
      settle(ground.writer, updates(['create doc:7#viewer@user:ann'])),
    ])
    t.strictSame(outcomes.map(toDeleted), [0, 2, 0])
    t.strictSame(await ground.read(DOCS), ['doc:7#viewer@user:ann'])
  })
}

const toDeleted = (outcome: Awaited<ReturnType<typeof settle>>): number | string =>
  typeof outcome === 'string' ? outcome : outcome.deleted

export function schemas(t: Test, database: Database): void {
  t.test('a schema is a revision, and what was admitted before it is sent back', async t => {
    const ground = await Ground.open(database)
    t.equal((await ground.writer.write(schema('definition user {}'))).revision, 1)
    const [change] = await ground.changes()
    t.match(change, { revision: 1, created: [], deleted: [], schemaChanged: true })
    t.equal(await settle(ground.writer, updates([])), 'StaleSchema')
    t.equal(await settle(ground.writer, deletion(DOCS)), 'StaleSchema')
    t.equal(await settle(ground.writer, schema('')), 'StaleSchema')
    const next = schema('definition doc {}', { schemaRevision: toRevision(1) })
    t.equal((await ground.writer.write(next)).revision, 2)
  })

  t.test('of two schemas at once one is sent back, from two writers too', async t => {
    const ground = await Ground.open(database)
    const { writer } = withTransactions(ground, work => database.transaction(work))
    const texts = ['a', 'b', 'c', 'd']
    const outcomes = await Promise.all(
      texts.map((text, i) => settle(i % 2 === 0 ? writer : ground.writer, schema(text))),
    )
    const written = outcomes.filter(outcome => outcome !== 'StaleSchema')
    t.strictSame(written, [done(1)])
  })

  t.test('a guard refuses while a live relationship is as it says', async t => {
    const ground = await Ground.open(database)
    const stored = [
      'doc:1#viewer@user:ann',
      'doc:1#viewer@user:*',
      'doc:1#owner@user:ann[c]',
      `doc:1#owner@group:a#member[expiration:${new Date(NOON + HOUR).toISOString()}]`,
    ]
    await ground.write(...stored.map(line => `create ${line}`))
    const guarded = async (filter: RelationshipFilter, traits: Traits) => {
      try {
        await ground.writer.write(schema('', { guards: [toGuard(filter, traits)] }))
        return 'written'
      } catch (error) {
        return error instanceof Refusal ? error.message : String(error)
      }
    }
    const user = { type: 'user' }
    const refusing: readonly (readonly [RelationshipFilter, Traits, number])[] = [
      [{ relation: 'viewer' }, { wildcard: true }, 1],
      [{ relation: 'viewer' }, { wildcard: false }, 0],
      [{ resourceType: 'doc', subject: user }, { caveat: 'c' }, 2],
      [{ resourceType: 'doc', relation: 'owner' }, { caveat: null }, 3],
      [{ subject: { type: 'group', relation: 'member' } }, { expiration: true }, 3],
      [{ resourceType: 'doc', relation: 'owner' }, { expiration: false, caveat: 'c' }, 2],
    ]
    for (const [filter, traits, index] of refusing) {
      t.equal(await guarded(filter, traits), stored[index], JSON.stringify({ filter, traits }))
    }
    const passing: readonly (readonly [RelationshipFilter, Traits])[] = [
      [{ relation: 'owner' }, { wildcard: true }],
      [{ relation: 'viewer' }, { caveat: 'c' }],
      [{ subject: { type: 'group', relation: '' } }, {}],
      [{ resourceType: 'folder' }, {}],
    ]
    const guards = passing.map(([filter, traits]) => toGuard(filter, traits))
    ground.now = NOON + HOUR
    guards.push(toGuard({ subject: { type: 'group' } }, { expiration: true }))
    t.equal((await ground.writer.write(schema('', { guards }))).revision, 2)
  })

  t.test('a write while a guard searches is found once the lock is held', async t => {
    const ground = await Ground.open(database)
    const guards = [toGuard({ resourceType: 'doc' }, {})]
    const { writer } = withTransactions(ground, async work => {
      await ground.write('create doc:1#viewer@user:ann')
      return database.transaction(work)
    })
    t.equal(await settle(writer, schema('', { guards })), 'schema-in-use')
    await ground.write('delete doc:1#viewer@user:ann')
    t.equal((await ground.writer.write(schema('', { guards }))).revision, 3)
  })
}

export function surveys(t: Test, database: Database): void {
  const survey = async (ground: Ground, at: number, ...guards: SchemaGuard[]) => {
    const place = { store: ground.store, at: toRevision(at), now: ground.now }
    const { signal } = new AbortController()
    const found = await surveyGuards(database, place, guards, signal)
    return Array.from(found.values(), each => ({
      ...each,
      samples: each.samples.map(printRelationship),
    }))
  }

  t.test('a survey tells how many a guard is about, and shows some', async t => {
    const ground = await withDocs(database, 5)
    await ground.write(
      'touch doc:0#viewer@user:*',
      'touch doc:1#viewer@user:ann[c]',
      `touch doc:2#viewer@user:ann[expiration:${new Date(NOON).toISOString()}]`,
    )
    const caveated = toGuard(DOCS, { caveat: 'c' })
    const folders = toGuard({ resourceType: 'folder', relation: 'owner' }, {})
    t.strictSame(await survey(ground, 2, toGuard(DOCS, {}), caveated, folders), [
      {
        samples: ['*', 'ann']
          .map(user => `doc:0#viewer@user:${user}`)
          .concat('doc:1#viewer@user:ann[c]', lines(5).slice(3)),
        count: 5,
        countIsExact: true,
      },
      { samples: ['doc:1#viewer@user:ann[c]'], count: 1, countIsExact: true },
      { samples: [], count: 0, countIsExact: true },
    ])
    const [then] = await survey(ground, 1, toGuard(DOCS, {}))
    t.strictSame(then.samples, lines(5), 'as of its revision')
  })

  t.test('a survey shows few and counts up to its limit', async t => {
    const ground = await Ground.open(database)
    await ground.write()
    await ground.fill('doc:1#viewer', limits.guardCountMax)
    const guard = toGuard({ resourceType: 'doc', relation: 'viewer' }, {})
    const [exact] = await survey(ground, 1, guard)
    t.match(exact, { count: limits.guardCountMax, countIsExact: true })
    t.equal(exact.samples.length, limits.guardSamplesMax)
    await ground.fill('doc:2#viewer', 1)
    const [atLeast] = await survey(ground, 1, guard)
    t.match(atLeast, { count: limits.guardCountMax, countIsExact: false })
  })

  t.test('a survey of a revision past the retention is refused', async t => {
    const ground = await withDocs(database, 1)
    await ground.write()
    await database.query('update store set oldest = 2 where id = $1', [ground.store])
    await t.rejects(survey(ground, 1, toGuard(DOCS, {})), { code: 'revision-unavailable' })
  })

  t.test('a survey that nobody waits for stops', async t => {
    const { store, now } = await Ground.open(database)
    const place = { store, at: toRevision(0), now }
    const reason = new Refusal('cancelled', 'the client is gone')
    const look = surveyGuards(database, place, [toGuard(DOCS, {})], AbortSignal.abort(reason))
    await t.rejects(look, reason)
  })
}

const toGuard = (filter: RelationshipFilter, traits: Traits): SchemaGuard => ({
  filter,
  traits,
  refuse: sample => new Refusal('schema-in-use', printRelationship(sample)),
})
