// The separation of stores: two stores, changed in random order, each agree with a model that knows
// only its own history.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { type Client, connect, RemoteError } from '../../src/client/index.js'
import { parseRelationship } from '../../src/terms/index.js'
import { openService, TEST_KEY } from '../service.js'
import { post } from '../wire.js'

const SCHEMAS = [
  `definition user {}
definition doc {
  relation viewer: user
}`,
  `definition user {}
definition doc {
  relation viewer: user
  permission view = viewer
}`,
]
const STORE_NAMES = ['left', 'right'] as const

type Step =
  | { readonly kind: 'schema'; readonly schema: number }
  | { readonly kind: 'touch' | 'create' | 'delete'; readonly doc: number; readonly user: number }
  | { readonly kind: 'delete-all'; readonly doc: number }
  | { readonly kind: 'recreate' }

const small = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('schema'), schema: fc.nat({ max: 1 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('touch', 'create', 'delete'),
      doc: small,
      user: small,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-all'), doc: small }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('recreate') }) },
) as fc.Arbitrary<Step>
const steps = fc.array(fc.record({ at: fc.nat({ max: 1 }), step }), { minLength: 5, maxLength: 25 })

/** The model of a store. */
class Model {
  schema: number | null = null
  readonly stored = new Set<string>()

  /** The expected result of the step: `ok`, or its refusal. */
  take(step: Step): string {
    if (step.kind === 'recreate') {
      this.schema = null
      this.stored.clear()
      return 'ok'
    }
    if (step.kind === 'schema') {
      this.schema = step.schema
      return 'ok'
    }
    if (this.schema === null) return 'FAILED_PRECONDITION'
    if (step.kind === 'delete-all') {
      for (const text of [...this.stored]) {
        if (text.startsWith(`doc:${step.doc}#`)) this.stored.delete(text)
      }
      return 'ok'
    }
    const text = toText(step)
    if (step.kind === 'create' && this.stored.has(text)) return 'ALREADY_EXISTS'
    if (step.kind === 'delete') this.stored.delete(text)
    else this.stored.add(text)
    return 'ok'
  }
}

const toText = ({ doc, user }: { readonly doc: number; readonly user: number }): string =>
  `doc:${doc}#viewer@user:${user}`

const CODES: Readonly<Record<number, string>> = { 6: 'ALREADY_EXISTS', 9: 'FAILED_PRECONDITION' }

async function settle(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    if (error instanceof RemoteError) return CODES[error.code] ?? error.message
    throw error
  }
}

function carryOut(client: Client, step: Exclude<Step, { kind: 'recreate' }>): Promise<unknown> {
  switch (step.kind) {
    case 'schema':
      return client.writeSchema({ text: SCHEMAS[step.schema] })
    case 'delete-all': {
      const filter = { resourceType: 'doc', resourceId: `${step.doc}` }
      return client.deleteRelationships({ filter })
    }
    default: {
      const relationship = parseRelationship(toText(step))
      return client.writeRelationships({ updates: [{ operation: step.kind, relationship }] })
    }
  }
}

/** The actual state of the store. */
async function read(client: Client): Promise<{ schema: string | null; stored: readonly string[] }> {
  const schema = await client.readSchema().then(
    ({ text }) => text,
    () => null,
  )
  const stored: string[] = []
  if (schema !== null) {
    const asked = { consistency: { kind: 'full' }, filter: { resourceType: 'doc' } } as const
    for await (const { relationship } of client.readRelationships(asked)) {
      stored.push(toText({ doc: +relationship.resource.id, user: +relationship.subject.id }))
    }
  }
  return { schema, stored }
}

async function granted(client: Client): Promise<readonly string[]> {
  const places = [0, 1, 2].flatMap(doc => [0, 1, 2].map(user => ({ doc, user })))
  const items = places.map(({ doc, user }) => ({
    resource: { type: 'doc', id: `${doc}` },
    permission: 'viewer',
    subject: { type: 'user', id: `${user}`, relation: '' },
    context: {},
  }))
  const { answers } = await client.checkBulk({ consistency: { kind: 'full' }, items })
  return places
    .filter((_, index) => (answers[index] as { readonly kind?: string }).kind === 'yes')
    .map(toText)
}

t.test('two stores are what their own histories made them', async t => {
  const service = await openService('embedded')
  const clients = STORE_NAMES.map(store => connect({ url: service.url, key: TEST_KEY, store }))
  t.teardown(async () => {
    for (const client of clients) await client.close()
    await service.close()
  })
  const recreate = async (at: number): Promise<void> => {
    await post(service, '/v1/stores/delete', { id: STORE_NAMES[at] })
    await post(service, '/v1/stores/create', { id: STORE_NAMES[at] })
  }
  await fc.assert(
    fc.asyncProperty(steps, async history => {
      await Promise.all([recreate(0), recreate(1)])
      const models = [new Model(), new Model()]
      for (const { at, step } of history) {
        const outcome =
          step.kind === 'recreate' ? recreate(at) : settle(carryOut(clients[at], step))
        assert.equal(
          (await outcome) ?? 'ok',
          models[at].take(step),
          `${at} ${JSON.stringify(step)}`,
        )
      }
      for (const [at, { schema, stored }] of models.entries()) {
        const expected = { schema: schema === null ? null : SCHEMAS[schema], stored: [...stored] }
        assert.deepEqual(await read(clients[at]), { ...expected, stored: expected.stored.sort() })
        assert.deepEqual(await granted(clients[at]), expected.stored)
      }
      assert.equal((await read(service.client)).schema, null, 'the default store saw nothing of it')
    }),
    { numRuns: 40, ...(process.env.PEMBA_SEED && { seed: Number(process.env.PEMBA_SEED) }) },
  )
  t.pass('no interleaving made a difference')
})
