// Watches of random histories, cut anywhere and continued from the last token: the messages add up
// to the history, whatever the filters.

import fc from 'fast-check'
import t from 'tap'
import {
  type Engine,
  Stores,
  type WatchMessage,
  watch,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import type { WatchRequest } from '../../src/engine/watch/watch.js'
import { openDatabase, readChanges } from '../../src/storage/index.js'
import {
  compareIdentities,
  isLive,
  matches,
  NO_NOTE,
  parseToken,
  printIdentity,
  printRelationship,
  type Relationship,
  type RelationshipFilter,
  toRevision,
  type Update,
} from '../../src/terms/index.js'
import { freshDatastore } from '../service.js'

const SCHEMA = `use expiration
definition user {}
definition group {
  relation member: user | user with expiration
}
definition document {
  relation viewer: user | user with expiration
}`

const RUNS = 24
const SECOND = 1000
const HEARTBEAT_MS = 2

const { datastore, remove } = await freshDatastore('embedded')
const time = { now: Math.floor(Date.now() / SECOND) * SECOND }
const database = await openDatabase(datastore)
const stores = await Stores.open({
  database,
  clock: () => time.now,
  openMax: 2 * RUNS,
})
t.teardown(async () => {
  await stores.close()
  await remove()
})

interface WriteStep {
  readonly kind: 'write'
  readonly updates: readonly {
    readonly operation: 'touch' | 'delete'
    readonly row: string
    readonly user: string
    /** The seconds that pass after the change. */
    readonly expiresIn: number | null
  }[]
}
type Step =
  | WriteStep
  | { readonly kind: 'schema' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'take'; readonly messages: number; readonly cut: boolean }

const writes = fc.record({
  kind: fc.constant('write' as const),
  updates: fc.uniqueArray(
    fc.record({
      operation: fc.constantFrom('touch' as const, 'touch' as const, 'delete' as const),
      row: fc.constantFrom('document:1#viewer', 'document:2#viewer', 'group:1#member'),
      user: fc.constantFrom('ann', 'bob', 'cat'),
      expiresIn: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
    { minLength: 1, maxLength: 5, selector: ({ row, user }) => `${row}@${user}` },
  ),
})
const takes = fc.record({
  kind: fc.constant('take' as const),
  messages: fc.integer({ min: 1, max: 4 }),
  cut: fc.boolean(),
})
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: writes },
    { weight: 1, arbitrary: fc.constant({ kind: 'schema' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        seconds: fc.integer({ min: 1, max: 2 }),
      }),
    },
    { weight: 4, arbitrary: takes },
  ),
  { minLength: 5, maxLength: 30 },
)
const filters: fc.Arbitrary<readonly RelationshipFilter[]> = fc.constantFrom(
  [],
  [{ resourceType: 'group' }],
  [{ subject: { type: 'user', id: 'ann' } }, { resourceId: '1' }],
)

let count = 0
async function openHistory(): Promise<Engine> {
  const name = `history-${count++}`
  await stores.create(name)
  const { engine } = await stores.lease(name)
  await writeSchema(engine, { text: SCHEMA, note: NO_NOTE })
  return engine
}

/** A moment at which there is no heartbeat. */
const expiryOf = (seconds: number): number => time.now + seconds * SECOND + SECOND / 2

const toUpdate = ({ operation, row, user, expiresIn }: WriteStep['updates'][number]): Update => {
  const [object, relation] = row.split('#')
  const [type, id] = object.split(':')
  return {
    operation,
    relationship: {
      resource: { type, id },
      relation,
      subject: { type: 'user', id: user, relation: '' },
      caveat: null,
      expiresAt: expiresIn === null ? null : expiryOf(expiresIn),
    },
  }
}

/** A reader that reads some messages at a time, and is sometimes cut off. */
class Reader {
  readonly messages: WatchMessage[] = []
  readonly #engine: Engine
  readonly #request: WatchRequest
  #watch: AsyncGenerator<WatchMessage> | null = null

  constructor(engine: Engine, request: WatchRequest) {
    this.#engine = engine
    this.#request = request
  }

  async take(): Promise<WatchMessage> {
    const last = this.messages.at(-1)
    const start = last === undefined ? this.#request.start : parseToken(last.token)
    this.#watch ??= await watch(this.#engine, { ...this.#request, start })
    const { value } = await this.#watch.next()
    this.messages.push(value)
    return value
  }

  async cut(): Promise<void> {
    await this.#watch?.return(undefined)
    this.#watch = null
  }

  /** Reads until all messages have come. */
  async finish(): Promise<void> {
    const { head } = this.#engine.live.graph
    for (;;) {
      const { kind, token } = await this.take()
      const { revision, position } = parseToken(token)
      const isTold = position?.expired == null || position.expired.at > time.now - SECOND / 2
      if (kind === 'checkpoint' && revision === head && isTold) break
    }
    await this.cut()
  }
}

async function run(engine: Engine, reader: Reader, history: readonly Step[]): Promise<void> {
  let schemas = 0
  for (const step of history) {
    switch (step.kind) {
      case 'write': {
        const updates = step.updates.map(toUpdate)
        const { revision } = await writeRelationships(engine, {
          updates,
          preconditions: [],
          note: NO_NOTE,
        })
        await engine.live.reached(revision, 5000)
        break
      }
      case 'schema':
        await writeSchema(engine, {
          text: `${SCHEMA}\ndefinition other${schemas++} {}`,
          note: NO_NOTE,
        })
        break
      case 'wait':
        time.now += step.seconds * SECOND
        break
      case 'take':
        for (let i = 0; i < step.messages; i++) await reader.take()
        if (step.cut) await reader.cut()
    }
  }
  await engine.live.reached((await engine.headReader.ask()).revision, 5000)
  await reader.finish()
}

const passes = (chosen: readonly RelationshipFilter[], relationship: Relationship): boolean =>
  chosen.length === 0 || chosen.some(filter => matches(filter, relationship))

/** The history as lines, read in one watch. */
async function historyOf(engine: Engine, chosen: readonly RelationshipFilter[]) {
  const changes = await readChanges(database, {
    store: engine.store,
    after: toRevision(1),
    within: null,
    limit: 1000,
  })
  return changes.flatMap(({ created, deleted, schemaChanged }) => {
    const touched = new Set(created.map(printIdentity))
    const updates = [
      ...created.map(relationship => ({ operation: 'touch', relationship })),
      ...deleted
        .filter(relationship => !touched.has(printIdentity(relationship)))
        .map(relationship => ({ operation: 'delete', relationship })),
    ]
    const lines = updates
      .filter(({ relationship }) => passes(chosen, relationship))
      .sort((a, b) => compareIdentities(a.relationship, b.relationship))
      .map(({ operation, relationship }) => `${operation} ${printRelationship(relationship)}`)
    return [...(lines.length > 0 ? [lines.join(' ')] : []), ...(schemaChanged ? ['schema'] : [])]
  })
}

const toLine = ({ kind, updates }: WatchMessage): string =>
  kind === 'schema'
    ? kind
    : updates
        .map(({ operation, relationship }) => `${operation} ${printRelationship(relationship)}`)
        .join(' ')

const ALL: WatchRequest = {
  start: null,
  objectTypes: [],
  filters: [],
  schemaUpdates: true,
  checkpoints: true,
  expirations: false,
  initialSnapshot: false,
  heartbeatMs: HEARTBEAT_MS,
}

t.test('what a watch tells is the history, wherever it was cut', async t => {
  await fc.assert(
    fc.asyncProperty(steps, filters, async (history, chosen) => {
      const engine = await openHistory()
      const reader = new Reader(engine, { ...ALL, filters: chosen })
      await reader.take()
      await run(engine, reader, history)
      const lines = reader.messages.filter(({ kind }) => kind !== 'checkpoint').map(toLine)
      t.strictSame(lines, await historyOf(engine, chosen))
    }),
    { numRuns: RUNS / 2 },
  )
})

t.test('a snapshot, changes and expirations add up to what there is', async t => {
  await fc.assert(
    fc.asyncProperty(steps, steps, filters, async (before, history, chosen) => {
      const engine = await openHistory()
      await run(engine, new Reader(engine, ALL), before)
      const reader = new Reader(engine, {
        ...ALL,
        filters: chosen,
        expirations: true,
        initialSnapshot: true,
      })
      await run(engine, reader, history)
      t.strictSame(mirror(reader.messages), await thereIs(engine, chosen))
    }),
    { numRuns: RUNS / 2 },
  )
})

/** The state that the messages add up to. A repeated message is an error. */
function mirror(messages: readonly WatchMessage[]): readonly string[] {
  const known = new Map<string, string>()
  for (const { operation, relationship } of messages.flatMap(({ updates }) => updates)) {
    const [identity, text] = [printIdentity(relationship), printRelationship(relationship)]
    if (operation === 'touch') {
      if (known.get(identity) === text) throw new Error(`twice: touch ${text}`)
      known.set(identity, text)
    } else {
      if (known.get(identity) !== text) throw new Error(`not there: delete ${text}`)
      known.delete(identity)
    }
  }
  return [...known.values()].sort()
}

async function thereIs(engine: Engine, chosen: readonly RelationshipFilter[]) {
  const there = new Map<string, Relationship>()
  for (const change of await readChanges(database, {
    store: engine.store,
    after: toRevision(0),
    within: null,
    limit: 1000,
  })) {
    for (const relationship of change.deleted) there.delete(printIdentity(relationship))
    for (const relationship of change.created) there.set(printIdentity(relationship), relationship)
  }
  return [...there.values()]
    .filter(relationship => isLive(relationship, time.now) && passes(chosen, relationship))
    .map(printRelationship)
    .sort()
}
