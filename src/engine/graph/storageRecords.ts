// The records of a store: what operations read and keep in the database besides the graph. Pages of
// relationships and grants, counters, changes for watches, and staged imports are here. A page is
// read together with the proof that its revision is still retained, in one database snapshot.

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

/** Every read that names a revision throws Refusal `revision-unavailable` unless it is retained. */
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
    /** Grants of some rows of resources, with the revision that gave each. */
    grants: (ask: OfStore<GrantsAsk>) => readAt(ask.at, q => readGrants(q, { store, ...ask })),
    /** Grants by their identities. */
    given: (ask: OfStore<GivenAsk>) => readAt(ask.at, q => readGiven(q, { store, ...ask })),
    /** The difference of some rows between two revisions. */
    rowChanges: (ask: OfStore<RowChangesAsk>) =>
      readAt(ask.since, q => readRowChanges(q, { store, ...ask })),
    /** The changes after a revision, in order. */
    changes: (ask: OfStore<ChangesAsk>) => readChanges(database, { store, ...ask }),
    /** When a revision was committed, ms since 1970; null if that is not kept. */
    commitTime: (revision: Revision) => readCommitTime(database, store, revision),

    registerCounter: (name: string, filter: RelationshipFilter) =>
      registerCounter(database, store, name, filter),
    unregisterCounter: (name: string) => unregisterCounter(database, store, name),
    /** The number of relationships that the counter's filter matches and that have not expired. */
    readCounter: (name: string, place: { readonly at: Revision; readonly now: number }) =>
      readCounter(database, { store, ...place }, name),

    /** The relationships that stand in the way of a schema, for each guard. */
    survey<Guard extends SchemaGuard>(
      place: { readonly at: Revision; readonly now: number },
      guards: readonly Guard[],
      signal: AbortSignal,
    ) {
      return surveyGuards(database, { store, ...place }, guards, signal)
    },

    beginImport: () => beginImport(database, store),
    /** @throws Refusal `quota-exceeded` for more than the store may ever have */
    requireRoom: (begun: Import, staged: number) => requireRoom(begun, staged),
    stage: (begun: Import, relationships: readonly Relationship[]) =>
      stage(database, begun, relationships),
    dropImport: (begun: Import) => dropImport(database, begun),
  }
}
