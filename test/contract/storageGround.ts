// A store for tests: a tenant of its own in a shared database, a writer, and a clock that only
// tests move. An update is written as a line, such as `create doc:1#viewer@user:ann`.

import {
  type Database,
  type Queryable,
  readChanges,
  readHead,
  readRelationships,
  readSnapshot,
  type WriteOutcome,
  type WriteRequest,
  Writer,
} from '../../src/storage/index.js'
import { OPEN } from '../../src/storage/record.js'
import type {
  DeleteRequest,
  RelationshipsRequest,
  SchemaRequest,
} from '../../src/storage/request.js'
import {
  type Change,
  NO_NOTE,
  parseRelationship,
  printRelationship,
  REVISION_NONE,
  type Relationship,
  type RelationshipFilter,
  type Revision,
  type Update,
} from '../../src/terms/index.js'

export const NOON = Date.UTC(2030, 0, 1, 12)
export const HOUR = 3600_000

/** Makes a new tenant. Returns its id. */
export async function newStore(database: Database): Promise<string> {
  const store = `test-${crypto.randomUUID()}`
  await database.query('insert into store (id, name) values ($1, $1)', [store])
  return store
}

export class Ground {
  readonly database: Database
  readonly store: string
  readonly writer: Writer
  now = NOON

  private constructor(database: Database, store: string) {
    this.database = database
    this.store = store
    this.writer = new Writer({ database, store, clock: () => this.now })
  }

  static async open(database: Database): Promise<Ground> {
    return new Ground(database, await newStore(database))
  }

  /** Writes the lines in one request. Returns the revision. */
  async write(...lines: readonly string[]): Promise<Revision> {
    return (await this.writer.write(updates(lines))).revision
  }

  /** Gives `doc:1#viewer` this many subjects, user:1, user:2 …, as if revision 1 had. */
  async fill(row: string, count: number): Promise<void> {
    const { resource, relation } = parseRelationship(`${row}@user:any`)
    await this.database.query(
      `insert into relationship (store, resource_type, resource_id, relation, subject_type,
         subject_id, subject_relation, created_revision, deleted_revision)
       select $1, $2, $3, $4, 'user', n::text, '', 1, ${OPEN} from generate_series(1, $5::int) as n`,
      [this.store, resource.type, resource.id, relation, count],
    )
    await this.database.query(
      'update store set relationships = relationships + $2::int where id = $1',
      [this.store, count],
    )
  }

  /** The stored relationships in print, read page by page. */
  async read(
    filter: RelationshipFilter = {},
    { at = null, limit = 1000 }: { at?: Revision | null; limit?: number } = {},
  ): Promise<readonly string[]> {
    const { database, store, now } = this
    const revision = at ?? (await this.head())
    const found: Relationship[] = []
    for (;;) {
      const after = found.at(-1) ?? null
      const page = await readRelationships(database, {
        store,
        filter,
        at: revision,
        now,
        after,
        limit,
      })
      found.push(...page)
      if (page.length < limit) return found.map(printRelationship)
    }
  }

  async snapshot(at: Revision | null): Promise<readonly string[]> {
    const found: Relationship[] = []
    for await (const page of readSnapshot(this.database, this.store, at)) {
      found.push(...page.relationships)
    }
    return found.map(printRelationship)
  }

  changes(after: Revision = REVISION_NONE, limit = 10_000): Promise<readonly Change[]> {
    return readChanges(this.database, { store: this.store, after, within: null, limit })
  }

  async head(): Promise<Revision> {
    return (await readHead(this.database, this.store)).revision
  }

  /** The number of versions in the tables, closed ones included. */
  async versions(): Promise<number> {
    const [{ count }] = await this.database.query<{ count: number }>(
      'select count(*) as count from relationship where store = $1',
      [this.store],
    )
    return count
  }
}

export function toUpdate(line: string): Update {
  const at = line.indexOf(' ')
  const operation = line.slice(0, at) as Update['operation']
  return { operation, relationship: parseRelationship(line.slice(at + 1)) }
}

type More<Request> = Partial<Omit<Request, 'kind'>>

export const updates = (
  lines: readonly string[],
  more: More<RelationshipsRequest> = {},
): RelationshipsRequest => ({
  kind: 'relationships',
  schemaRevision: REVISION_NONE,
  updates: lines.map(toUpdate),
  deletions: [],
  preconditions: [],
  guard: null,
  note: NO_NOTE,
  ...more,
})

export const deletion = (
  filter: RelationshipFilter,
  more: More<DeleteRequest> = {},
): DeleteRequest => ({
  kind: 'delete',
  schemaRevision: REVISION_NONE,
  filter,
  limit: 0,
  partial: false,
  preconditions: [],
  note: NO_NOTE,
  ...more,
})

export const schema = (text: string, more: More<SchemaRequest> = {}): SchemaRequest => ({
  kind: 'schema',
  schemaRevision: REVISION_NONE,
  text,
  guards: [],
  note: NO_NOTE,
  ...more,
})

/** The outcome of a request with the given parts and defaults for the rest. */
export const done = (revision: number, more: Partial<WriteOutcome> = {}) => ({
  revision,
  outcomes: [],
  deleted: 0,
  complete: true,
  ...more,
})

/** The outcome, or the refusal's code (for other errors, the name). */
export async function settle(
  writer: Writer,
  request: WriteRequest,
): Promise<WriteOutcome | string> {
  try {
    return await writer.write(request)
  } catch (error) {
    const { code, name } = error as { code?: string; name: string }
    return code ?? name
  }
}

/** The order of relationships: by the bytes of each part of the identity in turn. */
export function compareIdentities(a: Relationship, b: Relationship): number {
  const left = toParts(a)
  const right = toParts(b)
  for (const [index, part] of left.entries()) {
    const order = Buffer.compare(Buffer.from(part), Buffer.from(right[index]))
    if (order !== 0) return order
  }
  return 0
}

const toParts = ({ resource, relation, subject }: Relationship): readonly string[] => [
  resource.type,
  resource.id,
  relation,
  subject.type,
  subject.id,
  subject.relation,
]

type Transact = <T>(work: (transaction: Queryable) => Promise<T>) => Promise<T>

/** A writer whose transactions a test controls, with the heads that it reported. */
export function withTransactions({ database, store }: Ground, transaction: Transact) {
  const told: number[] = []
  const troubled: Database = {
    query: (sql, parameters) => database.query(sql, parameters),
    script: sql => database.script(sql),
    snapshot: work => database.snapshot(work),
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    onConnect: prove => database.onConnect(prove),
    close: () => database.close(),
    concurrent: database.concurrent,
    transaction,
  }
  const clock = () => NOON
  const onCommit = (head: number) => told.push(head)
  return { writer: new Writer({ database: troubled, store, clock, onCommit }), told }
}
