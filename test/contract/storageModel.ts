// The writer against a model: random requests, many at once, from one writer or from two on one
// store. There must be one order of the requests in which the model, which takes one after another
// and keeps a plain list, has the same outcomes, the same contents at every revision, and the same
// changes.

import fc from 'fast-check'
import type { Test } from 'tap'
import { type Database, type WriteOutcome, Writer } from '../../src/storage/index.js'
import type {
  DeleteRequest,
  RelationshipsRequest,
  SchemaRequest,
} from '../../src/storage/request.js'
import {
  isLive,
  matches,
  NO_NOTE,
  parseRelationship,
  printIdentity,
  printRelationship,
  type Relationship,
  type RelationshipFilter,
  type Revision,
  toRevision,
  type Update,
  type UpdateOutcome,
} from '../../src/terms/index.js'
import { compareIdentities, Ground, HOUR, NOON, settle, toUpdate } from './storageGround.js'

type Outcome = WriteOutcome | string

/** The model of a store: its revision, its schema's revision, and its relationships. */
class Model {
  readonly revision: Revision
  readonly schemaRevision: Revision
  readonly stored: ReadonlyMap<string, Relationship>

  constructor(
    revision = toRevision(0),
    schemaRevision = toRevision(0),
    stored: ReadonlyMap<string, Relationship> = new Map(),
  ) {
    this.revision = revision
    this.schemaRevision = schemaRevision
    this.stored = stored
  }

  printed(): readonly string[] {
    return [...this.stored.values()].sort(compareIdentities).map(printRelationship)
  }

  /** The outcome and the next model, which is this one if the request is refused. */
  after(request: Request, now: number): readonly [Outcome, Model] {
    const refusal = this.refusal(request, now)
    if (refusal !== null) return [refusal, this]
    const revision = toRevision(this.revision + 1)
    const stored = new Map(this.stored)
    const outcome = { revision, outcomes: [], deleted: 0, complete: true }
    switch (request.kind) {
      case 'schema':
        return [outcome, new Model(revision, revision, stored)]
      case 'relationships': {
        const removed = this.removed(request, now)
        for (const identity of removed) stored.delete(identity)
        const outcomes = request.updates.map(update => this.outcome(update, now))
        for (const { operation, relationship } of request.updates) {
          stored.delete(printIdentity(relationship))
          if (operation !== 'delete') stored.set(printIdentity(relationship), relationship)
        }
        const told = { ...outcome, outcomes, deleted: removed.size }
        return [told, new Model(revision, this.schemaRevision, stored)]
      }
      case 'delete': {
        const { filter, limit, partial } = request
        const matching = this.live(filter, now)
        const gone = limit === 0 ? matching : matching.slice(0, limit)
        for (const relationship of gone) stored.delete(printIdentity(relationship))
        const complete = limit === 0 || !partial || gone.length < limit
        const told = { ...outcome, deleted: gone.length, complete }
        return [told, new Model(revision, this.schemaRevision, stored)]
      }
    }
  }

  private refusal(request: Request, now: number): string | null {
    if (request.schemaRevision !== this.schemaRevision) return 'StaleSchema'
    if (request.kind === 'schema') return null
    for (const { kind, filter } of request.preconditions) {
      const met = this.live(filter, now).length > 0
      if (met !== (kind === 'must-match')) return 'precondition-failed'
    }
    if (request.kind === 'delete') {
      const { filter, limit, partial } = request
      const tooMany = limit > 0 && !partial && this.live(filter, now).length > limit
      return tooMany ? 'too-many-to-delete' : null
    }
    const exists = request.updates.some(({ operation, relationship }) => {
      const current = this.stored.get(printIdentity(relationship))
      if (operation !== 'create' || current === undefined || !isLive(current, now)) return false
      return !request.deletions.some(filter => matches(filter, current))
    })
    return exists ? 'already-exists' : null
  }

  /** The identities that a filter deletes. */
  private removed({ updates, deletions }: RelationshipsRequest, now: number): Set<string> {
    const identities = deletions.flatMap(filter => this.live(filter, now)).map(printIdentity)
    const named = updates.map(({ relationship }) => printIdentity(relationship))
    return new Set(identities.filter(identity => !named.includes(identity)))
  }

  private outcome({ operation, relationship }: Update, now: number): UpdateOutcome {
    const stored = this.stored.get(printIdentity(relationship))
    const current = stored !== undefined && isLive(stored, now) ? stored : undefined
    if (operation === 'delete') return current === undefined ? 'absent' : 'deleted'
    if (stored !== undefined && printRelationship(stored) === printRelationship(relationship)) {
      return 'unchanged'
    }
    return current === undefined ? 'created' : 'replaced'
  }

  private live(filter: RelationshipFilter, now: number): readonly Relationship[] {
    return [...this.stored.values()]
      .filter(relationship => isLive(relationship, now) && matches(filter, relationship))
      .sort(compareIdentities)
  }
}

const TRAITS = ['', '', '[cav]', '[cav:{"x":1}]', ...[1, 3].map(toExpiration)]
const IDENTITIES = ['doc:a', 'doc:A', 'doc:a%', 'folder:a'].flatMap(resource =>
  ['user:u', 'user:*', 'group:g#member'].map(subject => `${resource}#viewer@${subject}`),
)

function toExpiration(hours: number): string {
  return `[expiration:${new Date(NOON + hours * HOUR).toISOString()}]`
}

const filters: fc.Arbitrary<RelationshipFilter> = fc.oneof(
  fc
    .constantFrom(...IDENTITIES)
    .map(line => parseRelationship(line))
    .map(toExactFilter),
  fc.constantFrom<RelationshipFilter>(
    { resourceType: 'doc' },
    { resourceType: 'doc', resourceId: 'a' },
    { resourceIdPrefix: 'a' },
    { resourceType: 'doc', resourceIdPrefix: 'a%' },
    { subject: { type: 'user', id: '*' } },
    { subject: { type: 'user', relation: '' } },
    { relation: 'viewer', subject: { type: 'group', id: 'g', relation: 'member' } },
  ),
)

function toExactFilter({ resource, relation, subject }: Relationship): RelationshipFilter {
  return { resourceType: resource.type, resourceId: resource.id, relation, subject }
}

const preconditions = fc.array(
  fc.record({
    kind: fc.constantFrom('must-match' as const, 'must-not-match' as const),
    filter: filters,
  }),
  { maxLength: 2 },
)

const change = fc
  .record({
    operation: fc.constantFrom('create', 'touch', 'delete'),
    identity: fc.constantFrom(...IDENTITIES),
    traits: fc.constantFrom(...TRAITS),
  })
  .map(({ operation, identity, traits }) => toUpdate(`${operation} ${identity}${traits}`))

/** A request of the kinds that the model knows. */
type Request = RelationshipsRequest | DeleteRequest | SchemaRequest
/** A request that was admitted against the schema at that time. */
type Admitted = (schemaRevision: Revision) => Request

const request: fc.Arbitrary<Admitted> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        updates: fc.uniqueArray(change, {
          maxLength: 4,
          selector: c => printIdentity(c.relationship),
        }),
        deletions: fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: fc.array(filters, { maxLength: 2 }) },
        ),
        preconditions,
      })
      .map(fields => (schemaRevision: Revision) => ({
        kind: 'relationships' as const,
        schemaRevision,
        guard: null,
        note: NO_NOTE,
        ...fields,
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ filter: filters, limit: fc.nat(3), partial: fc.boolean(), preconditions })
      .map(fields => (schemaRevision: Revision) => ({
        kind: 'delete' as const,
        schemaRevision,
        note: NO_NOTE,
        ...fields,
      })),
  },
)

const schema: Admitted = schemaRevision => ({
  kind: 'schema',
  schemaRevision,
  text: '',
  guards: [],
  note: NO_NOTE,
})

/** Requests that are made at once, each by one of two writers; then time passes. */
const rounds = fc.array(
  fc.record({
    requests: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.array(fc.tuple(request, fc.nat(1)), { minLength: 1, maxLength: 12 }),
      },
      { weight: 1, arbitrary: fc.constant<[Admitted, number][]>([[schema, 0]]) },
    ),
    hours: fc.nat(2),
  }),
  { minLength: 1, maxLength: 6 },
)

type Rounds = typeof rounds extends fc.Arbitrary<infer Value> ? Value : never

export function model(t: Test, database: Database): void {
  t.test('one writer does as the model, request by request', async () => {
    const play = async (plan: Rounds) => {
      const ground = await Ground.open(database)
      const history = [new Model()]
      for (const { requests, hours } of plan) {
        const start = history[history.length - 1]
        const made = requests.map(([admitted]) => admitted(start.schemaRevision))
        const found = await Promise.all(made.map(each => settle(ground.writer, each)))
        const expected = made.map(each => step(history, each, ground.now))
        same(found, expected, 'outcomes')
        ground.now += hours * HOUR
      }
      await requireHistory(ground, history)
    }
    await fc.assert(fc.asyncProperty(rounds, play), { numRuns: 30 })
  })

  t.test('two writers do as the model in the order of their revisions', async () => {
    const play = async (plan: Rounds) => {
      const ground = await Ground.open(database)
      const other = new Writer({ database, store: ground.store, clock: () => ground.now })
      const writers = [ground.writer, other]
      const history = [new Model()]
      for (const { requests, hours } of plan) {
        const { revision: start, schemaRevision } = history[history.length - 1]
        const made = requests.map(([admitted, by]) => ({ request: admitted(schemaRevision), by }))
        const found = await Promise.all(
          made.map(async ({ request, by }) => {
            return { request, by, outcome: await settle(writers[by], request) }
          }),
        )
        requireAccepted(history, found, ground.now)
        for (const by of [0, 1]) {
          const own = found.filter(each => each.by === by)
          requireRefused(history.slice(start), own, ground.now)
        }
        ground.now += hours * HOUR
      }
      await requireHistory(ground, history)
    }
    await fc.assert(fc.asyncProperty(rounds, play), { numRuns: 30 })
  })
}

interface Made {
  readonly request: Request
  readonly outcome: Outcome
}

function step(history: Model[], request: Request, now: number): Outcome {
  const [outcome, next] = history[history.length - 1].after(request, now)
  if (next !== history[history.length - 1]) history.push(next)
  return outcome
}

/** The model accepts every accepted request in the order of revisions, with the same outcome. */
function requireAccepted(history: Model[], found: readonly Made[], now: number): void {
  const accepted = found.flatMap(({ request, outcome }) =>
    typeof outcome === 'string' ? [] : [{ request, outcome }],
  )
  accepted.sort((a, b) => a.outcome.revision - b.outcome.revision)
  for (const { request, outcome } of accepted) {
    same(outcome, step(history, request, now), 'an accepted request')
  }
}

/** The model refuses a refused request somewhere between the accepted ones before and after. */
function requireRefused(during: readonly Model[], own: readonly Made[], now: number): void {
  for (const [index, { request, outcome }] of own.entries()) {
    if (typeof outcome !== 'string') continue
    const before = lastRevision(own.slice(0, index)) ?? during[0].revision
    const after = firstRevision(own.slice(index + 1)) ?? Number.POSITIVE_INFINITY
    const possible = during
      .filter(({ revision }) => revision >= before && revision < after)
      .map(each => each.after(request, now)[0])
    if (!possible.includes(outcome)) throw new Error(`${outcome} is none of ${possible}`)
  }
}

const toRevisions = (made: readonly Made[]): readonly Revision[] =>
  made.flatMap(({ outcome }) => (typeof outcome === 'string' ? [] : [outcome.revision]))
const lastRevision = (made: readonly Made[]) => toRevisions(made).at(-1)
const firstRevision = (made: readonly Made[]) => toRevisions(made).at(0)

/** Each revision reads as the model's, and the changes lead from one to the next. */
async function requireHistory(ground: Ground, history: readonly Model[]): Promise<void> {
  same(await ground.head(), history.length - 1, 'the head')
  const current = new Set<string>()
  for (const { revision, created, deleted, schemaChanged } of await ground.changes()) {
    for (const relationship of deleted.map(printRelationship)) {
      if (!current.delete(relationship)) throw new Error(`${relationship} was not there`)
    }
    for (const relationship of created.map(printRelationship)) current.add(relationship)
    const expected = history[revision]
    same([...current].sort(), expected.printed().toSorted(), `changes up to ${revision}`)
    same(schemaChanged, expected.schemaRevision === revision, 'the schema')
    same(await ground.snapshot(revision), expected.printed(), `the snapshot at ${revision}`)
  }
}

function same(found: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${what}: expected ${right}, but found ${left}`)
}
