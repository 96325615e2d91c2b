// The four consistency modes with real tokens, on both stores: what a token guarantees across
// writes, restarts, nodes and schemas, and which tokens are refused.

import t from 'tap'
import { type ConsistencyByToken, RemoteError } from '../../src/client/index.js'
import { parseRelationship, parseToken, printToken, toRevision } from '../../src/terms/index.js'
import { openService, STORES, type StoreKind, type TestService } from '../service.js'

const SCHEMA = `definition user {}
definition document {
  relation viewer: user
  permission view = viewer
}`

async function write(
  { client }: TestService,
  operation: 'touch' | 'delete',
  user: string,
): Promise<string> {
  const relationship = parseRelationship(`document:plan#viewer@user:${user}`)
  const { token } = await client.writeRelationships({ updates: [{ operation, relationship }] })
  return token
}

/** Whether the user may view the plan: yes, no, or the refusal's status and code. */
async function view(
  { client }: TestService,
  consistency: ConsistencyByToken | undefined,
  user: string,
): Promise<string> {
  const resource = { type: 'document', id: 'plan' }
  const subject = { type: 'user', id: user, relation: '' }
  const item = { resource, permission: 'view', subject, context: {} }
  try {
    return (await client.check({ consistency, item })).answer.kind
  } catch (error) {
    if (error instanceof RemoteError) return `${error.status} ${error.code} ${error.message}`
    throw error
  }
}

async function openWithSchema(kind: StoreKind): Promise<TestService> {
  const service = await openService(kind)
  await service.client.writeSchema({ text: SCHEMA })
  return service
}

for (const store of STORES) {
  t.test(
    `${store}: a check with the token of a write sees the write, a thousand times`,
    async t => {
      const service = await openWithSchema(store)
      t.teardown(() => service.close())
      let missed = 0
      for (let round = 0; round < 250; round++) {
        const users = [0, 1, 2, 3].map(number => `user-${round}-${number}`)
        const seen = await Promise.all(
          users.map(async user => {
            const token = await write(service, 'touch', user)
            return view(service, { kind: 'at-least', token }, user)
          }),
        )
        missed += seen.filter(answer => answer !== 'yes').length
      }
      t.equal(missed, 0)
    },
  )

  t.test(
    `${store}: an exact snapshot answers as of its revision, also after a restart`,
    async t => {
      let service = await openWithSchema(store)
      t.teardown(() => service.close())
      const before = await write(service, 'touch', 'bob')
      const given = await write(service, 'touch', 'ann')
      const taken = await write(service, 'delete', 'ann')
      const ask = async (token: string) => view(service, { kind: 'exact', token }, 'ann')
      t.strictSame([await ask(before), await ask(given), await ask(taken)], ['no', 'yes', 'no'])
      service = await service.restart()
      t.strictSame([await ask(before), await ask(given), await ask(taken)], ['no', 'yes', 'no'])
    },
  )

  t.test(`${store}: an exact snapshot is read under the schema of its time`, async t => {
    let service = await openWithSchema(store)
    t.teardown(() => service.close())
    const given = await write(service, 'touch', 'ann')
    const { token: closed } = await service.client.writeSchema({
      text: SCHEMA.replace('view = viewer', 'view = nil'),
    })
    const ask = async (token: string) => view(service, { kind: 'exact', token }, 'ann')
    t.strictSame([await ask(given), await ask(closed)], ['yes', 'no'])
    service = await service.restart()
    t.strictSame([await ask(given), await ask(closed)], ['yes', 'no'])
  })

  t.test(`${store}: full consistency sees every acknowledged write`, async t => {
    const service = await openWithSchema(store)
    t.teardown(() => service.close())
    const missed: string[] = []
    for (let round = 0; round < 100; round++) {
      await write(service, 'touch', `user-${round}`)
      const seen = await view(service, { kind: 'full' }, `user-${round}`)
      if (seen !== 'yes') missed.push(`user-${round}: ${seen}`)
    }
    t.strictSame(missed, [])
  })

  t.test(`${store}: tokens that cannot be honoured are refused, never guessed at`, async t => {
    const service = await openWithSchema(store)
    t.teardown(() => service.close())
    const token = await write(service, 'touch', 'ann')
    const ours = parseToken(token)
    const future = printToken({ ...ours, revision: toRevision(ours.revision + 1000) })
    const foreign = printToken({ ...ours, datastore: 'another' })
    const ask = (kind: 'exact' | 'at-least', text: string) =>
      view(service, { kind, token: text }, 'ann')
    t.match(await ask('exact', token.slice(0, -9)), '400 3 invalid revision requested')
    t.match(await ask('at-least', 'nonsense'), '400 3 invalid revision requested')
    t.match(await ask('exact', future), '400 11 invalid revision')
    t.match(await ask('at-least', future), '400 11 invalid revision')
    t.match(await ask('exact', foreign), '400 3 invalid zedtoken')
    t.equal(await ask('at-least', foreign), 'yes', 'freshness of elsewhere means the head here')
  })
}

t.test('a token of one node is honoured at once by another on the same database', async t => {
  const one = await openWithSchema('postgres')
  const other = await one.beside()
  t.teardown(async () => {
    await other.close()
    await one.close()
  })
  let missed = 0
  for (let round = 0; round < 100; round++) {
    const token = await write(round % 2 === 0 ? one : other, 'touch', `user-${round}`)
    const reader = round % 2 === 0 ? other : one
    const seen = await view(reader, { kind: 'at-least', token }, `user-${round}`)
    if (seen !== 'yes') missed++
  }
  t.equal(missed, 0)
})
