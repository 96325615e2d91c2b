// Stored grants with who gave them and when, page by page, in the order of principals. The database
// keeps that; pages are kept for as long as nobody writes to the resources that they are of.

import type { Engine, GrantRow, StoredGrant } from '../engine/index.js'
import type { Schema } from '../language/index.js'
import { isLive, type RelationshipIdentity, type SubjectReference } from '../terms/index.js'
import type { Graph } from './graph.js'
import type { GrantingUserset } from './origins.js'
import type { Given, How } from './types.js'

interface GrantSpan {
  /** Of ids; empty for all. */
  readonly prefix: string
  readonly after: SubjectReference | null
  /** Principals. */
  readonly limit: number
}

/** A grant with the row that it stands in. */
export interface Placed {
  readonly grant: StoredGrant
  readonly origin: GrantingUserset
}

/** In the order of principals, then of the origins: all grants of the first so many principals. */
export async function grantsIn(
  engine: Engine,
  graph: Graph,
  origins: readonly GrantingUserset[],
  { prefix, after, limit }: GrantSpan,
): Promise<readonly Placed[]> {
  const { schema, revision } = graph.view
  const { now } = graph
  const places = origins.flatMap(origin => typesIn(schema, origin).map(type => ({ origin, type })))
  const rows = places.map(({ origin, type }) => toRow(origin, type))
  const key = JSON.stringify([rows, prefix, after, limit])
  const grants =
    engine.grants.find(key, { revision, now }) ??
    (await read(engine, { key, rows, prefix, after, limit, revision, now }))
  return grants.map(grant => ({ grant, origin: places[grant.row].origin }))
}

/** The types of principals that the row admits. */
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

interface GrantReading extends GrantSpan {
  readonly key: string
  readonly rows: readonly GrantRow[]
  readonly revision: Graph['view']['revision']
  readonly now: number
}

async function read(
  { records, grants }: Engine,
  { key, revision, now, ...span }: GrantReading,
): Promise<readonly StoredGrant[]> {
  const value = await records.grants({ at: revision, now, ...span })
  const ends = value.map(({ relationship }) => relationship.expiresAt ?? Number.POSITIVE_INFINITY)
  const resources = span.rows.map(({ resource }) => resource)
  return grants.keep(key, { revision, now }, { value, resources, until: Math.min(...ends) })
}

/** Who gave these, and when, in their order; null for what is not there. */
export async function givenOf(
  { records }: Engine,
  graph: Graph,
  identities: readonly RelationshipIdentity[],
): Promise<readonly (StoredGrant | null)[]> {
  const { revision } = graph.view
  const found = await records.given({ at: revision, identities })
  const byPlace = new Map(found.map(grant => [grant.row, grant]))
  return identities.map((_, place) => {
    const grant = byPlace.get(place)
    return grant !== undefined && isLive(grant.relationship, graph.now) ? grant : null
  })
}

export const toGiven = ({ relationship, at, actor, reason }: StoredGrant, how: How): Given => ({
  role: relationship.relation,
  how,
  caveat: relationship.caveat,
  expiresAt: relationship.expiresAt,
  since: at,
  by: actor,
  reason,
})
