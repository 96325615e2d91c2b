// `/v1/watch` on a real socket, on both stores: its lines, its refusals, and how it ends.

import { pino } from 'pino'
import t from 'tap'
import { connect, RemoteError } from '../../src/client/index.js'
import { Stores } from '../../src/engine/index.js'
import { buildApp } from '../../src/http/index.js'
import { protocols } from '../../src/protocols/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { parseToken, printToken, seal, toRevision } from '../../src/terms/index.js'
import { freshDatastore, STORES, TEST_KEY, type TestService } from '../service.js'
import { watchThroughCuts } from '../watcher.js'
import {
  type Json,
  openWorld,
  post,
  SCHEMA,
  STORED,
  subject,
  touch,
  WRITE,
  WRITE_SCHEMA,
} from '../wire.js'

const WATCH = '/v1/watch'

interface Line {
  readonly result: Json & { readonly changesThrough: { readonly token: string } }
  readonly error: Json
}

/** The lines of a watch, one by one. It resolves when the answer has begun. */
async function open(url: string, body: Json, signal?: AbortSignal) {
  const reply = await fetch(url + WATCH, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}` },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })
  return { status: reply.status, lines: linesOf(reply) }
}

async function* linesOf({ body }: Response): AsyncGenerator<Line, void> {
  if (body === null) return
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as Line
  }
  if (rest !== '') yield JSON.parse(rest) as Line
}

async function nextOf(lines: AsyncGenerator<Line, void>): Promise<Line> {
  const { value } = await lines.next()
  if (value === undefined) throw new Error('the stream is over')
  return value
}

const write = async (service: TestService, user: string, more: Json = {}): Promise<string> => {
  const relationship = { ...STORED, subject: subject('user', user) }
  const { text } = await post(service, WRITE, { updates: [touch(relationship)], ...more })
  return (JSON.parse(text) as { writtenAt: { token: string } }).writtenAt.token
}

for (const kind of STORES) {
  let service = await openWorld(kind)
  t.teardown(() => service.close())

  t.test(`${kind}: the lines have SpiceDB's shape`, async t => {
    const { status, lines } = await open(service.url, {
      optional_object_types: ['document'],
      optionalUpdateKinds: ['WATCH_KIND_INCLUDE_SCHEMA_UPDATES', 1],
      optionalStartCursor: null,
    })
    t.equal(status, 200, 'before anything has happened')
    const token = await write(service, 'zoe', { optionalTransactionMetadata: { ticket: 7 } })
    const relationship = { optionalCaveat: null, optionalExpiresAt: null }
    t.match(await nextOf(lines), {
      result: {
        updates: [
          {
            operation: 'OPERATION_TOUCH',
            relationship: { ...STORED, ...relationship, subject: subject('user', 'zoe') },
          },
        ],
        changesThrough: { token },
        optionalTransactionMetadata: { ticket: 7 },
        schemaUpdated: false,
        isCheckpoint: false,
        fullRevisionMetadata: [{ ticket: 7 }],
        expired: false,
        initialSnapshot: false,
        revisionNote: { actor: '', reason: '', committedAt: /Z$/ },
      },
    })
    await post(service, WRITE_SCHEMA, { schema: `${SCHEMA} definition other {}` })
    t.match(await nextOf(lines), {
      result: { updates: [], schemaUpdated: true, optionalTransactionMetadata: null },
    })
    await lines.return()
  })

  t.test(`${kind}: what is refused has SpiceDB's status`, async t => {
    const token = await write(service, 'zoe')
    const known = parseToken(token)
    const cursor = (text: string): Json => ({ optionalStartCursor: { token: text } })
    const watchToken = (...fields: readonly string[]) =>
      seal('w1', [known.datastore, known.store, known.revision, ...fields])
    const ahead = printToken({ ...known, revision: toRevision(known.revision + 9) })
    const both = {
      optionalObjectTypes: ['document'],
      optionalRelationshipFilters: [{ resourceType: 'document' }],
    }
    const cases: readonly (readonly [name: string, body: Json, status: number, code: number])[] = [
      ['types and filters', both, 400, 3],
      ['a type that is no name', { optionalObjectTypes: ['No'] }, 400, 3],
      ['an unknown kind', { optionalUpdateKinds: ['NEWS'] }, 400, 3],
      ['an unknown kind by number', { optionalUpdateKinds: [9] }, 400, 3],
      ['a kind that is none', { optionalUpdateKinds: [{}] }, 400, 3],
      ['a token that is none', cursor('news'), 400, 3],
      ['a token of elsewhere', cursor(printToken({ ...known, datastore: 'x' })), 400, 3],
      ['a token of another store', cursor(printToken({ ...known, store: 'x' })), 400, 3],
      ['a token of the future', cursor(ahead), 400, 11],
      ['a forged token', cursor(watchToken('a', 'b')), 400, 3],
      ['an empty forged token', cursor(watchToken()), 400, 3],
      ['an unknown definition', filter({ resourceType: 'nothing' }), 400, 9],
      ['an unknown relation', filter({ resourceType: 'document', optionalRelation: 'no' }), 400, 3],
      ['an empty filter', filter({}), 400, 3],
    ]
    for (const [name, body, status, code] of cases) {
      const reply = await post(service, WATCH, body)
      t.equal(reply.status, status, name)
      const told = JSON.parse(reply.text) as Json
      // A malformed body is refused before the stream begins.
      t.match(told.error ?? told, { code }, name)
    }
  })

  t.test(`${kind}: the client gives up for good only what will not get better`, async t => {
    await t.rejects(service.client.watch({ start: 'news' }).next(), RemoteError)
    const leaving = new AbortController()
    const left = t.rejects(service.client.watch({}, leaving).next(), { message: 'enough' })
    leaving.abort(new Error('enough'))
    await left
    const other = connect({ url: service.url, key: TEST_KEY })
    const ended = t.rejects(other.watch().next(), { message: 'the client was closed' })
    await other.close()
    await ended
  })

  t.test(`${kind}: closing the service tells those who watch, who go on afterwards`, async t => {
    const { lines } = await open(service.url, { optionalInitialSnapshot: true })
    const first = await nextOf(lines)
    t.match(first, { result: { initialSnapshot: true, isCheckpoint: false } })
    t.match(await nextOf(lines), { result: { initialSnapshot: true, isCheckpoint: true } })
    await write(service, 'bob')
    const { changesThrough } = (await nextOf(lines)).result
    const ended = nextOf(lines)
    service = await service.restart()
    t.match(await ended, { error: { code: 14, message: /shutting down/ } })
    await write(service, 'cat')
    await write(service, 'dan')
    const events = service.client.watch({ start: changesThrough.token, initialSnapshot: true })
    const users = []
    for await (const { kind, updates } of events) {
      users.push(`${kind} ${updates[0].relationship.subject.id}`)
      if (users.length === 2) break
    }
    t.strictSame(users, ['changes cat', 'changes dan'])
    const consistency = { kind: 'at-least', token: changesThrough.token } as const
    const item = {
      resource: { type: 'document', id: '1' },
      permission: 'view',
      subject: { type: 'user', id: 'bob', relation: '' },
      context: {},
    }
    t.equal((await service.client.check({ consistency, item })).answer.kind, 'yes')
  })

  t.test(`${kind}: a client that is cut off four times misses nothing`, async t => {
    const report = await watchThroughCuts(service, { seconds: 2, writesPerSecond: 300, cuts: 4 })
    t.match(report, { missing: [], twice: [], disordered: 0 })
    t.ok(report.connections > 4)
  })
}

const filter = (each: Json): Json => ({ optionalRelationshipFilters: [each] })

t.test('nothing remains of a client that has left, nor of a store that is deleted', async t => {
  const { datastore, remove } = await freshDatastore('embedded')
  const stores = await Stores.open({ database: await openDatabase(datastore) })
  const app = await buildApp({
    stores,
    keys: [TEST_KEY],
    logger: pino({ level: 'silent' }),
    readiness: () => ({ ready: true, parts: {} }),
    protocols,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
    await stores.close()
    await remove()
  })
  const { recentChanges } = stores.home
  const leaving = new AbortController()
  const checkpoints = { optionalUpdateKinds: ['WATCH_KIND_INCLUDE_CHECKPOINTS'] }
  const all = await Promise.all(
    [{}, checkpoints, { optionalIncludeExpirations: true }].map(body =>
      open(url, body, leaving.signal),
    ),
  )
  const { result } = await nextOf(all[1].lines)
  t.equal(result.isCheckpoint, true, 'a store without a schema can be watched')
  t.equal(recentChanges.watchers, 3)
  leaving.abort()
  while (recentChanges.watchers > 0) await new Promise(resolve => setImmediate(resolve))
  t.equal(recentChanges.watchers, 0)

  await stores.create('acme')
  const tenant = connect({ url, key: TEST_KEY, store: 'acme' })
  const events = tenant.watch({ checkpoints: true })
  t.equal((await events.next()).value.kind, 'checkpoint')
  const next = events.next()
  await stores.delete('acme')
  const toError = (error: unknown) => (error instanceof RemoteError ? error.code : `${error}`)
  let code: unknown = await next.then(() => null, toError)
  while (code === null) code = await events.next().then(() => null, toError)
  t.equal(code, 5)
  await tenant.close()
})
