// Stored grants with the actor and the time of the revision that wrote them, page by page, in the
// order of principals. They are read from the database. The engine caches each page for as long as
// nobody writes to its resources and none of its grants expires.

import type { Engine, GrantRow, StoredGrant } from '../engine/index.js'
import type { Schema } from '../language/index.js'
import { isLive, type RelationshipIdentity, type SubjectReference } from '../terms/index.js'
import type { Graph } from './graph.js'
import type { GrantingUserset } from './origins.js'
import type { GrantDetails, GrantSource } from './types.js'

interface GrantPage {
  /** The prefix of the principals' ids; empty for all. */
  readonly prefix: string
  /** The principal after which the page begins; null for the first page. */
  readonly after: SubjectReference | null
  /** The maximum number of principals. */
  readonly limit: number
}

/** A grant with the userset that it belongs to. */
export interface PlacedGrant {
  readonly grant: StoredGrant
  readonly origin: GrantingUserset
}

/** All grants of the page's principals, in the order of principals, then of the origins. */
export async function grantsIn(
  engine: Engine,
  graph: Graph,
  origins: readonly GrantingUserset[],
  { prefix, after, limit }: GrantPage,
): Promise<readonly PlacedGrant[]> {
  const { schema, revision } = graph.view
  const { now } = graph
  const sources = origins.flatMap(origin => typesIn(schema, origin).map(type => ({ origin, type })))
  const rows = sources.map(({ origin, type }) => toRow(origin, type))
  const key = JSON.stringify([rows, prefix, after, limit])
  const grants =
    engine.grants.find(key, { revision, now }) ??
    (await read(engine, { key, rows, prefix, after, limit, revision, now }))
  return grants.map(grant => ({ grant, origin: sources[grant.row].origin }))
}

/** The types of principals that the relation admits. */
function typesIn(schema: Schema, { resource, relation }: GrantingUserset): readonly string[] {
  const member = schema.member(resource.type, relation)
  const types = member?.kind === 'relation' ? member.types.map(({ type }) => type) : []
  return [...new Set(types)]
}

const toRow = ({ resource, relation }: GrantingUserset, subjectType: string): GrantRow => ({
  resource,
  relation,
  subjectType,
})

interface GrantQuery extends GrantPage {
  readonly key: string
  readonly rows: readonly GrantRow[]
  readonly revision: Graph['view']['revision']
  readonly now: number
}

async function read(
  { records, grants }: Engine,
  { key, revision, now, ...span }: GrantQuery,
): Promise<readonly StoredGrant[]> {
  const value = await records.grants({ at: revision, now, ...span })
  const ends = value.map(({ relationship }) => relationship.expiresAt ?? Number.POSITIVE_INFINITY)
  const resources = span.rows.map(({ resource }) => resource)
  return grants.keep(key, { revision, now }, { value, resources, until: Math.min(...ends) })
}

/** The stored grants of these identities, in their order; null for one that does not exist. */
export async function storedGrantsOf(
  { records }: Engine,
  graph: Graph,
  identities: readonly RelationshipIdentity[],
): Promise<readonly (StoredGrant | null)[]> {
  const { revision } = graph.view
  const found = await records.given({ at: revision, identities })
  const byIndex = new Map(found.map(grant => [grant.row, grant]))
  return identities.map((_, index) => {
    const grant = byIndex.get(index)
    return grant !== undefined && isLive(grant.relationship, graph.now) ? grant : null
  })
}

export const toGrantDetails = (
  { relationship, at, actor, reason }: StoredGrant,
  how: GrantSource,
): GrantDetails => ({
  role: relationship.relation,
  how,
  caveat: relationship.caveat,
  expiresAt: relationship.expiresAt,
  since: at,
  by: actor,
  reason,
})
