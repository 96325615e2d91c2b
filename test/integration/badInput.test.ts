// Bad input, on both stores: it gets the status, code and reason of SpiceDB's reference, never a
// 500, and writes nothing.

import t from 'tap'
import { parseToken, printToken, toRevision } from '../../src/terms/index.js'
import { badContextual } from '../badInput/contextual.js'
import { badFilters } from '../badInput/filters.js'
import { badGuardedWrites } from '../badInput/guardedWrites.js'
import { badJson } from '../badInput/json.js'
import { badLookupsOfResources } from '../badInput/lookupResources.js'
import { badLookupsOfSubjects } from '../badInput/lookupSubjects.js'
import { badChecks, badReads } from '../badInput/questions.js'
import { badDeletes, badSchemas, badWrites } from '../badInput/writes.js'
import { STORES, type TestService } from '../service.js'
import { CHECK, FILTER, type Json, openWorld, post, QUESTION, READ } from '../wire.js'

const ROWS = [
  ...badChecks,
  ...badReads,
  ...badLookupsOfResources,
  ...badLookupsOfSubjects,
  ...badContextual,
  ...badWrites,
  ...badGuardedWrites,
  ...badDeletes,
  ...badSchemas,
  ...badJson,
  ...badFilters,
]

interface Told {
  readonly code: number
  readonly message: string
  readonly details: readonly Json[]
}

const everything = async (service: TestService): Promise<string> =>
  (
    await post(service, READ, {
      consistency: { fullyConsistent: true },
      relationshipFilter: FILTER,
    })
  ).text

for (const store of STORES) {
  t.test(`${store}: bad input`, async t => {
    const service = await openWorld(store)
    t.teardown(() => service.close())
    const before = await everything(service)
    for (const { claim, path, body, status = 400, code, reason, metadata, message } of ROWS) {
      t.test(`${claim} is refused`, async t => {
        const reply = await post(service, path, body)
        t.equal(reply.status, status, reply.text)
        const told = JSON.parse(reply.text) as Told & { readonly error?: Told }
        const { error = told } = told
        t.equal(error.code, code, reply.text)
        const info = error.details.find(detail => 'reason' in detail)
        t.equal(info?.reason, reason === null ? undefined : `ERROR_REASON_${reason}`, reply.text)
        if (metadata !== undefined) t.match(info?.metadata, metadata)
        if (message !== undefined) t.match(error.message, message)
      })
    }
    t.test('nothing of it was written', async t => {
      t.equal(await everything(service).then(relationships), relationships(before))
    })
    t.test('tokens of elsewhere and of the future', async t => {
      const text = await everything(service)
      const mine = (JSON.parse(text.split('\n')[0]) as { result: { readAt: { token: string } } })
        .result.readAt.token
      const ask = (consistency: Json) => post(service, CHECK, { ...QUESTION, consistency })
      const foreign = printToken({ datastore: 'd', store: 'default', revision: toRevision(1) })
      t.equal((await ask({ atLeastAsFresh: { token: foreign } })).status, 200, 'then the head')
      t.match(await ask({ atExactSnapshot: { token: foreign } }), {
        status: 400,
        text: /"code":3,/,
      })
      const future = toFuture(mine)
      t.match(await ask({ atExactSnapshot: { token: future } }), {
        status: 400,
        text: /"code":11,/,
      })
      t.match(await ask({ atLeastAsFresh: { token: future } }), { status: 400, text: /"code":11,/ })
      t.match(await ask({ atLeastAsFresh: { token: mine.slice(0, -6) } }), { status: 400 })
    })
    t.test('a cursor of another query', async t => {
      const [first] = (await everything(service)).split('\n')
      const { afterResultCursor } = (
        JSON.parse(first) as { result: { afterResultCursor: { token: string } } }
      ).result
      const body = {
        relationshipFilter: { ...FILTER, optionalRelation: 'owner' },
        optionalCursor: afterResultCursor,
      }
      const reply = await post(service, READ, body)
      t.match(reply, { status: 400, text: /"code":9,.*INVALID_CURSOR/ })
    })
  })
}

const relationships = (lines: string): string =>
  lines.replaceAll(/"(readAt|afterResultCursor)":\{[^}]*\}/g, '')

function toFuture(token: string): string {
  const { datastore, store } = parseToken(token)
  return printToken({ datastore, store, revision: toRevision(1_000_000) })
}
