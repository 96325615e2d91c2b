// The records of a store: what operations read and write in the database besides the graph. These
// are pages of relationships and grants, counters, changes for watches, and staged imports. A page
// is read together with the proof that its revision is still retained, in one database snapshot.

import {
  type Ask,
  beginImport,
  type ChangesAsk,
  type Database,
  dropImport,
  type ExpiredAsk,
  type GivenAsk,
  type GrantsAsk,
  type Import,
  type Queryable,
  type RowChangesAsk,
  readChanges,
  readCommitTime,
  readCounter,
  readExpired,
  readGiven,
  readGrants,
  readHead,
  readRelationships,
  readRowChanges,
  registerCounter,
  requireRoom,
  type SchemaGuard,
  stage,
  surveyGuards,
  unregisterCounter,
} from '../../storage/index.js'
import type { Relationship, RelationshipFilter, Revision, StoreId } from '../../terms/index.js'
import { requireReadable } from './headReader.js'

export type {
  GrantRow,
  Import,
  RowChanges,
  SchemaGuard,
  StoredGrant,
  Survey,
} from '../../storage/index.js'

export type Records = ReturnType<typeof storageRecords>

type OfStore<Request> = Omit<Request, 'store'>

/**
 * Returns the records of a store. Every read at a revision throws Refusal `revision-unavailable`
 * unless it is retained.
 */
export function storageRecords(database: Database, store: StoreId) {
  const readAt = <Result>(
    revision: Revision,
    read: (transaction: Queryable) => Promise<Result>,
  ): Promise<Result> =>
    database.snapshot(async transaction => {
      requireReadable(await readHead(transaction, store), revision)
      return read(transaction)
    })
  return {
    relationships: (ask: OfStore<Ask>) =>
      readAt(ask.at, q => readRelationships(q, { store, ...ask })),
    expired: (ask: OfStore<ExpiredAsk>) => readAt(ask.at, q => readExpired(q, { store, ...ask })),
    /** Reads grants in some rows of resources, with the revision that gave each. */
    grants: (ask: OfStore<GrantsAsk>) => readAt(ask.at, q => readGrants(q, { store, ...ask })),
    /** Reads grants by their identities. */
    given: (ask: OfStore<GivenAsk>) => readAt(ask.at, q => readGiven(q, { store, ...ask })),
    /** Reads the differences of some rows between two revisions. */
    rowChanges: (ask: OfStore<RowChangesAsk>) =>
      readAt(ask.since, q => readRowChanges(q, { store, ...ask })),
    /** Reads the changes after a revision, in order. */
    changes: (ask: OfStore<ChangesAsk>) => readChanges(database, { store, ...ask }),
    /**
     * Reads the time at which a revision was committed, ms since 1970; null if it is no longer
     * kept.
     */
    commitTime: (revision: Revision) => readCommitTime(database, store, revision),

    registerCounter: (name: string, filter: RelationshipFilter) =>
      registerCounter(database, store, name, filter),
    unregisterCounter: (name: string) => unregisterCounter(database, store, name),
    /** Counts the relationships that the counter's filter matches and that have not expired. */
    readCounter: (name: string, asOf: { readonly at: Revision; readonly now: number }) =>
      readCounter(database, { store, ...asOf }, name),

    /** Finds the relationships that obstruct a schema, for each guard. */
    survey<Guard extends SchemaGuard>(
      asOf: { readonly at: Revision; readonly now: number },
      guards: readonly Guard[],
      signal: AbortSignal,
    ) {
      return surveyGuards(database, { store, ...asOf }, guards, signal)
    },

    beginImport: () => beginImport(database, store),
    /**
     * Requires the store's quota to have room.
     * @throws Refusal `quota-exceeded` for more than the store may ever have
     */
    requireRoom: (staging: Import, staged: number) => requireRoom(staging, staged),
    stage: (staging: Import, relationships: readonly Relationship[]) =>
      stage(database, staging, relationships),
    dropImport: (staging: Import) => dropImport(database, staging),
  }
}
