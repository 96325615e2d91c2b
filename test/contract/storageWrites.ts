// The contract of the writer: each request has its own revision and outcome, in order, and is
// written as a whole or not at all.

import type { Test } from 'tap'
import { type Database, StaleSchema } from '../../src/storage/index.js'
import {
  limits,
  NO_NOTE,
  type Precondition,
  Refusal,
  type RelationshipFilter,
  toRevision,
  type UpdateOutcome,
} from '../../src/terms/index.js'
import { done, Ground, HOUR, NOON, settle, updates, withTransactions } from './storageGround.js'

const wrote = (revision: number, ...outcomes: UpdateOutcome[]) => done(revision, { outcomes })
const must = (filter: RelationshipFilter): Precondition => ({ kind: 'must-match', filter })
const mustNot = (filter: RelationshipFilter): Precondition => ({ kind: 'must-not-match', filter })

export function writes(t: Test, database: Database): void {
  t.test('revisions count from 1, and each shows what was there', async t => {
    const ground = await Ground.open(database)
    t.equal(await ground.write('create doc:1#viewer@user:ann'), 1)
    t.equal(await ground.write('create doc:2#viewer@user:ann', 'delete doc:1#viewer@user:ann'), 2)
    t.equal(await ground.write(), 3, 'nothing is a revision too')
    t.equal(await ground.write('touch doc:2#viewer@user:ann[only_on:{"day":"tue"}]'), 4)
    const first = ['doc:1#viewer@user:ann']
    const second = ['doc:2#viewer@user:ann']
    const last = ['doc:2#viewer@user:ann[only_on:{"day":"tue"}]']
    for (const [at, expected] of [[], first, second, second, last].entries()) {
      t.strictSame(await ground.read({}, { at: toRevision(at) }), expected, `at ${at}`)
      t.strictSame(await ground.snapshot(toRevision(at)), expected, `whole at ${at}`)
    }
  })

  t.test('creating an existing relationship is refused, with metadata that names it', async t => {
    const ground = await Ground.open(database)
    await ground.write('create doc:1#viewer@group:a#member')
    await t.rejects(
      ground.write('touch doc:2#viewer@user:x', 'create doc:1#viewer@group:a#member'),
      {
        code: 'already-exists',
        metadata: {
          relationship: 'doc:1#viewer@group:a#member',
          resource_type: 'doc',
          resource_object_id: '1',
          resource_relation: 'viewer',
          subject_type: 'group',
          subject_object_id: 'a',
          subject_relation: 'member',
        },
      },
    )
    t.strictSame(await ground.read(), ['doc:1#viewer@group:a#member'], 'nothing of it was written')
    t.equal(await ground.head(), 1, 'and it took no revision')
  })

  t.test('a touch of the same changes nothing but has a revision', async t => {
    const ground = await Ground.open(database)
    const line =
      'doc:1#viewer@user:ann[c:{"a":1,"b":[{"x":null}]}][expiration:2031-01-01T00:00:00Z]'
    await ground.write(`create ${line}`)
    const turned = line.replace('"a":1,"b":[{"x":null}]', '"b":[{"x":null}],"a":1')
    t.equal(await ground.write(`touch ${turned}`), 2)
    const [, change] = await ground.changes()
    t.match(change, { revision: 2, created: [], deleted: [] })
    t.equal(await ground.versions(), 1)
    await ground.write('touch doc:1#viewer@user:ann[c]')
    t.strictSame(await ground.read(), ['doc:1#viewer@user:ann[c]'])
    t.equal(await ground.versions(), 2)
  })

  t.test('what has expired is not there for creates and preconditions', async t => {
    const ground = await Ground.open(database)
    const expires = `[expiration:${new Date(NOON + HOUR).toISOString()}]`
    await ground.write(`create doc:1#viewer@user:ann${expires}`)
    ground.now = NOON + HOUR - 1
    t.equal(
      await settle(ground.writer, updates(['create doc:1#viewer@user:ann'])),
      'already-exists',
    )
    ground.now = NOON + HOUR
    t.strictSame(await ground.read(), [])
    t.strictSame(await ground.snapshot(null), [`doc:1#viewer@user:ann${expires}`])
    const there = updates([], { preconditions: [must({ resourceType: 'doc' })] })
    t.equal(await settle(ground.writer, there), 'precondition-failed')
    const own = updates(['touch doc:1#viewer@user:ann'], { preconditions: there.preconditions })
    t.equal(await settle(ground.writer, own), 'precondition-failed')
    t.equal(await ground.write('create doc:1#viewer@user:ann'), 2)
    t.strictSame(await ground.read(), ['doc:1#viewer@user:ann'])
    const [, change] = await ground.changes()
    t.equal(change.deleted.length, 1, 'the feed tells that the expired one is gone')
  })

  t.test('a delete needs no match and does not look at caveats', async t => {
    const ground = await Ground.open(database)
    await ground.write('create doc:1#viewer@user:ann[c:{"x":1}]')
    t.equal(await ground.write('delete doc:1#viewer@user:bob'), 2)
    t.equal(await ground.write('delete doc:1#viewer@user:ann'), 3)
    t.strictSame(await ground.read(), [])
  })

  t.test('JSON is kept as it is, U+0000 and lone surrogates included', async t => {
    const ground = await Ground.open(database)
    const context = { 'a\u0000': ['\u0000', '\ud800', 1e300, -0.5, null, true, { '': {} }] }
    const resource = { type: 'doc', id: '1' }
    const subject = { type: 'user', id: 'ann', relation: '' }
    const caveat = { name: 'c', context }
    const relationship = { resource, relation: 'viewer', subject, caveat, expiresAt: null }
    const note = { ...NO_NOTE, metadata: { 'note\u0000': '\u0000\ud800' }, actor: '\u{1f994}' }
    await ground.writer.write({
      ...updates([], { note }),
      updates: [{ operation: 'create', relationship }],
    })
    const [change] = await ground.changes()
    t.strictSame(change.created, [relationship])
    t.strictSame(change.note, note)
  })

  t.test('a thousand updates, and ids of the greatest length', async t => {
    const ground = await Ground.open(database)
    const lines = Array.from({ length: 1000 }, (_, i) => `create doc:d${i}#viewer@user:u${i}`)
    t.equal(await ground.write(...lines), 1)
    t.equal((await ground.read()).length, 1000)
    await ground.write(...lines.map(line => line.replace('create', 'delete')))
    t.strictSame(await ground.read(), [])
    const random = (n: number) =>
      Array.from({ length: n }, () => String.fromCharCode(97 + Math.random() * 26)).join('')
    const type = `${random(60)}/${random(60)}`
    const long = `${type}:${random(1024)}#${random(64)}@${type}:${random(1024)}#${random(64)}`
    await ground.write(`create ${long}`)
    t.strictSame(await ground.read(), [long])
  })

  t.test('64 at once: gap-free revisions in the order of asking', async t => {
    const ground = await Ground.open(database)
    const revisions = await Promise.all(
      Array.from({ length: 64 }, (_, i) => ground.write(`create doc:${i}#viewer@user:ann`)),
    )
    t.strictSame(
      revisions,
      Array.from({ length: 64 }, (_, i) => i + 1),
    )
    const changes = await ground.changes()
    t.strictSame(
      changes.map(change => change.created[0].resource.id),
      Array.from({ length: 64 }, (_, i) => `${i}`),
    )
    const times = changes.map(({ at }) => at)
    t.strictSame(times, times.toSorted(), 'no revision is before its predecessor')
    t.ok(Math.abs(times[0] - Date.now()) < 24 * HOUR, 'by the clock of the database')
  })

  t.test('one bad request fails alone among many', async t => {
    const ground = await Ground.open(database)
    await ground.write('create doc:0#viewer@user:ann')
    const outcomes = await Promise.all([
      settle(ground.writer, updates(['create doc:1#viewer@user:ann'])),
      settle(ground.writer, updates(['create doc:0#viewer@user:ann'])),
      settle(ground.writer, updates(['touch doc:2#viewer@user:ann'])),
      settle(
        ground.writer,
        updates([], { note: { ...NO_NOTE, actor: 'the database refuses \0' } }),
      ),
      settle(ground.writer, updates(['touch doc:3#viewer@user:ann'])),
      settle(
        ground.writer,
        updates(['touch doc:4#viewer@user:ann', 'touch doc:4#viewer@user:ann[c]']),
      ),
      settle(ground.writer, updates(['create doc:5#viewer@user:ann'])),
    ])
    t.strictSame(outcomes, [
      wrote(2, 'created'),
      'already-exists',
      wrote(3, 'created'),
      '22021',
      wrote(4, 'created'),
      'Fault',
      wrote(5, 'created'),
    ])
    t.equal((await ground.read()).length, 5)
  })

  t.test('requests of one batch see the effects of earlier ones', async t => {
    const ground = await Ground.open(database)
    const seen = { resourceType: 'doc', resourceId: '1' }
    const outcomes = await Promise.all([
      settle(ground.writer, updates([], { preconditions: [must(seen)] })),
      settle(ground.writer, updates(['create doc:1#viewer@user:ann'])),
      settle(ground.writer, updates([], { preconditions: [must(seen)] })),
      settle(ground.writer, updates(['create doc:1#viewer@user:ann'])),
      settle(
        ground.writer,
        updates(['delete doc:1#viewer@user:ann'], { preconditions: [must(seen)] }),
      ),
      settle(
        ground.writer,
        updates(['create doc:1#viewer@user:ann'], { preconditions: [mustNot(seen)] }),
      ),
      settle(ground.writer, updates(['touch doc:1#viewer@user:ann[c]'])),
    ])
    t.strictSame(outcomes, [
      'precondition-failed',
      wrote(1, 'created'),
      done(2),
      'already-exists',
      wrote(3, 'deleted'),
      wrote(4, 'created'),
      wrote(5, 'replaced'),
    ])
    const changes = await ground.changes()
    t.strictSame(
      changes.map(({ created, deleted }) => [created.length, deleted.length]),
      [
        [1, 0],
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      'what came and went inside one batch is told too',
    )
    t.strictSame(await ground.read({}, { at: toRevision(2) }), ['doc:1#viewer@user:ann'])
    t.strictSame(await ground.read({}, { at: toRevision(3) }), [])
    t.strictSame(await ground.read(), ['doc:1#viewer@user:ann[c]'])
  })

  t.test('a failed precondition tells which', async t => {
    const ground = await Ground.open(database)
    await ground.write('create doc:a1#viewer@group:g#member')
    const holds = [
      must({ resourceType: 'doc' }),
      must({ resourceIdPrefix: 'a' }),
      must({ subject: { type: 'group' } }),
      must({ subject: { type: 'group', id: 'g' } }),
      must({
        resourceId: 'a1',
        relation: 'viewer',
        subject: { type: 'group', relation: 'member' },
      }),
      mustNot({ relation: 'owner' }),
      mustNot({ resourceIdPrefix: 'a1x' }),
      mustNot({ subject: { type: 'group', relation: '' } }),
    ]
    t.equal((await ground.writer.write(updates([], { preconditions: holds }))).revision, 2)
    for (const { kind, filter } of holds) {
      const opposite = kind === 'must-match' ? mustNot(filter) : must(filter)
      const request = updates([], { preconditions: [...holds, opposite] })
      t.equal(await settle(ground.writer, request), 'precondition-failed', JSON.stringify(filter))
    }
    const filter = {
      resourceType: 'doc',
      resourceIdPrefix: 'b',
      relation: 'viewer',
      subject: { type: 'group', id: 'g', relation: '' },
    }
    await t.rejects(ground.writer.write(updates([], { preconditions: [must(filter)] })), {
      code: 'precondition-failed',
      metadata: {
        precondition_operation: 'must-match',
        precondition_resource_type: 'doc',
        precondition_resource_id_prefix: 'b',
        precondition_relation: 'viewer',
        precondition_subject_type: 'group',
        precondition_subject_id: 'g',
        precondition_subject_relation: '',
      },
    })
  })

  t.test('a request that was admitted against another schema is sent back', async t => {
    const ground = await Ground.open(database)
    const stale = updates(['touch doc:1#viewer@user:ann'], { schemaRevision: toRevision(7) })
    await t.rejects(ground.writer.write(stale), StaleSchema)
    t.equal(await ground.head(), 0)
  })

  t.test('stores do not see one another', async t => {
    const [one, other] = [await Ground.open(database), await Ground.open(database)]
    await one.write('create doc:1#viewer@user:ann')
    t.equal(await other.write('create doc:1#viewer@user:ann'), 1)
    await other.write('delete doc:1#viewer@user:ann')
    t.strictSame(await one.read(), ['doc:1#viewer@user:ann'])
    t.equal((await one.changes()).length, 1)
  })
}

/** The writer's queue, its end, and a database that becomes unavailable. */
export function writerLife(t: Test, database: Database): void {
  t.test('closing writes what waits and refuses the rest', async t => {
    const ground = await Ground.open(database)
    const waiting = Array.from({ length: 5 }, (_, i) =>
      ground.write(`create doc:${i}#viewer@user:u`),
    )
    const closed = ground.writer.close()
    t.equal(await settle(ground.writer, updates([])), 'storage-unavailable')
    t.strictSame(await Promise.all(waiting), [1, 2, 3, 4, 5])
    await closed
    t.equal(await ground.head(), 5)
  })

  t.test('a full queue refuses, and drains', async t => {
    let open = () => {}
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const { writer } = withTransactions(await Ground.open(database), async () => {
      await gate
      throw new Refusal('storage-unavailable', 'away')
    })
    const waiting = Array.from({ length: limits.writeQueueMax }, () => settle(writer, updates([])))
    t.equal(await settle(writer, updates([])), 'write-queue-full')
    open()
    t.strictSame(new Set(await Promise.all(waiting)), new Set(['storage-unavailable']))
  })

  t.test('a commit whose acknowledgement is lost is not a success', async t => {
    const ground = await Ground.open(database)
    const { writer, told } = withTransactions(ground, async work => {
      await database.transaction(work)
      throw new Refusal('storage-unavailable', 'the connection broke')
    })
    const lines = ['create doc:1#viewer@user:ann', 'create doc:2#viewer@user:ann']
    const outcomes = await Promise.all(lines.map(line => settle(writer, updates([line]))))
    t.strictSame(outcomes, ['storage-unavailable', 'storage-unavailable'])
    t.strictSame(told, [], 'nor is anybody told of it')
    t.equal(await ground.head(), 2)
    t.equal(await ground.write('create doc:3#viewer@user:ann'), 3)
  })

  t.test('what gave way to another transaction is tried once more', async t => {
    let failures = 1
    const { writer, told } = withTransactions(await Ground.open(database), async work => {
      if (failures-- > 0) throw new Refusal('serialization-failure', 'deadlock')
      return database.transaction(work)
    })
    const outcomes = await Promise.all([
      settle(writer, updates(['create doc:1#viewer@user:ann'])),
      settle(writer, updates(['create doc:2#viewer@user:ann'])),
    ])
    t.strictSame(outcomes, [wrote(1, 'created'), wrote(2, 'created')])
    t.strictSame(told, [1, 2])
  })
}
