// Versions of relationships, found, closed and inserted many at a time: one statement over arrays
// for each part.

import {
  printIdentity,
  type Relationship,
  type RelationshipIdentity,
  type Revision,
  type StoreId,
} from '../terms/index.js'
import { isOpen } from './condition.js'
import type { Queryable } from './database.js'
import { inParts } from './inParts.js'
import type { Version } from './pendingVersions.js'
import {
  IDENTITY,
  listRelationship,
  type RelationshipRow,
  toIdentityArrays,
  toRelationship,
  toTraitArrays,
} from './record.js'

/**
 * SQL for identities as a table `t`, from the second parameter on: `unnest($2::text[], …) as
 * t(resource_type, …)`.
 */
const identities = (more: readonly (readonly [name: string, type: string])[] = []): string => {
  const columns = [...IDENTITY.map(name => [name, 'text'] as const), ...more]
  const arrays = columns.map(([, type], index) => `$${index + 2}::${type}[]`)
  return `unnest(${arrays.join(', ')}) as t(${columns.map(([name]) => name).join(', ')})`
}

const sameIdentity = IDENTITY.map(column => `r.${column} = t.${column}`).join(' and ')

/**
 * SQL that joins `t` to the open version, `m`, of each identity. The limit makes the database use
 * the key for each identity in turn. Without it, and without statistics, the planner may read the
 * whole table (measured: 88 writes/s instead of 10,900).
 */
const joinOpen = (columns: string): string =>
  `cross join lateral (
     select ${columns} from relationship r where r.store = $1 and ${sameIdentity} and ${isOpen}
     limit 1
   ) m`

/** Reads the open versions of the identities that have one. */
export async function readOpen(
  q: Queryable,
  store: StoreId,
  requested: readonly RelationshipIdentity[],
): Promise<readonly Relationship[]> {
  if (requested.length === 0) return []
  const distinct = new Map<string, RelationshipIdentity>()
  await inParts(requested, part => {
    for (const identity of part) distinct.set(printIdentity(identity), identity)
  })
  const found: Relationship[] = []
  await inParts([...distinct.values()], async part => {
    const rows = await q.query<RelationshipRow>(
      `select m.* from ${identities()} ${joinOpen(listRelationship('r'))}`,
      [store, ...toIdentityArrays(part)],
    )
    found.push(...rows.map(toRelationship))
  })
  return found
}

/** Closes open versions, each at its own revision. */
export async function closeVersions(
  transaction: Queryable,
  store: StoreId,
  ended: readonly Pick<Version, 'relationship' | 'deleted'>[],
): Promise<void> {
  if (ended.length === 0) return
  await inParts(ended, async part => {
    await transaction.query(
      `update relationship r set deleted_revision = found.deleted
       from (
         select m.place, t.deleted from ${identities([['deleted', 'bigint']])}
         ${joinOpen('r.ctid as place')}
       ) found where r.ctid = found.place`,
      [
        store,
        ...toIdentityArrays(part.map(({ relationship }) => relationship)),
        part.map(({ deleted }) => deleted),
      ],
    )
  })
}

/** Inserts versions. If two of one identity would both be open, the older must be closed first. */
export async function insertVersions(
  transaction: Queryable,
  store: StoreId,
  opened: readonly (Version & { readonly created: Revision })[],
): Promise<void> {
  if (opened.length === 0) return
  const more = [
    ['created_revision', 'bigint'],
    ['deleted_revision', 'bigint'],
    ['caveat_name', 'text'],
    ['caveat_context', 'text'],
    ['expires_at', 'bigint'],
  ] as const
  const columns = [...IDENTITY, ...more.map(([name]) => name)].join(', ')
  await inParts(opened, async part => {
    const relationships = part.map(({ relationship }) => relationship)
    await transaction.query(
      `insert into relationship (store, ${columns}) select $1, ${columns} from ${identities(more)}`,
      [
        store,
        ...toIdentityArrays(relationships),
        part.map(({ created }) => created),
        part.map(({ deleted }) => deleted),
        ...toTraitArrays(relationships),
      ],
    )
  })
}
