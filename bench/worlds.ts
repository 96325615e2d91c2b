// Seeded worlds to measure on: the same arguments always give the same relationships.

import type { ObjectReference, Relationship, SubjectReference } from '../src/terms/index.js'

/** The drive's schema: documents in folders, shared with people and with nested groups. */
export const DRIVE_SCHEMA = `definition user {}

definition group {
	relation member: user | group#member
}

definition folder {
	relation parent: folder
	relation owner: user
	relation viewer: user | group#member

	permission view = viewer + owner + parent->view
}

definition document {
	relation parent: folder
	relation owner: user
	relation viewer: user | group#member

	permission edit = owner
	permission view = viewer + edit + parent->view
}
`

export interface DriveOptions {
  /** How many to make; at least a thousand. */
  readonly relationships: number
  readonly seed: number
}

/** How many of each there are in a drive. */
export interface DriveSizes {
  readonly users: number
  readonly groups: number
  readonly folders: number
  readonly documents: number
}

/** A million relationships: 200,000 users, 20,000 groups, 30,000 folders, 300,000 documents. */
export const driveSizes = (relationships: number): DriveSizes => ({
  users: Math.floor(relationships / 5),
  groups: Math.floor(relationships / 50),
  folders: Math.floor(relationships * 0.03),
  documents: Math.floor(relationships * 0.3),
})

/** Groups of one nest are a tree: each but the first lies in the one at half its place. */
const NEST = 32
const FOLDER_TREE = 64

/**
 * Every group lies in another one of its nest, every folder in another one of its tree, every
 * document in a folder, with an owner; one document in four is shared with a group. The rest are
 * members of groups, small groups being the more likely, and single viewers of documents.
 */
export function* makeDrive({ relationships, seed }: DriveOptions): Generator<Relationship> {
  const sizes = driveSizes(relationships)
  const pick = picker(seed)
  let left = relationships
  for (const each of skeleton(sizes, pick)) {
    left--
    yield each
  }
  const taken = new Set<number>()
  while (left > 0) {
    const isMember = pick(3) > 0
    const target = isMember ? Math.floor(pick(sizes.groups)) : Math.floor(pick(sizes.documents))
    const user = pick(sizes.users)
    const key = (target * sizes.users + user) * 2 + (isMember ? 1 : 0)
    if (taken.has(key)) continue
    taken.add(key)
    left--
    yield isMember
      ? relate(object('group', target), 'member', object('user', user))
      : relate(object('document', target), 'viewer', object('user', user))
  }
}

function* skeleton(sizes: DriveSizes, pick: Pick): Generator<Relationship> {
  for (let group = 0; group < sizes.groups; group++) {
    const place = group % NEST
    if (place === 0) continue
    const outer = group - place + (place >> 1)
    yield relate(object('group', outer), 'member', members(group))
  }
  for (let folder = 0; folder < sizes.folders; folder++) {
    const place = folder % FOLDER_TREE
    if (place > 0)
      yield relate(
        object('folder', folder),
        'parent',
        object('folder', folder - place + (place >> 1)),
      )
    yield relate(object('folder', folder), 'viewer', members(pick(sizes.groups)))
  }
  for (let document = 0; document < sizes.documents; document++) {
    yield relate(object('document', document), 'parent', object('folder', pick(sizes.folders)))
    yield relate(object('document', document), 'owner', object('user', pick(sizes.users)))
    if (document % 4 === 0) {
      yield relate(object('document', document), 'viewer', members(pick(sizes.groups)))
    }
  }
}

const relate = (
  resource: ObjectReference,
  relation: string,
  subject: SubjectReference,
): Relationship => ({ resource, relation, subject, caveat: null, expiresAt: null })

const object = (type: string, number: number): SubjectReference => ({
  type,
  id: `${number}`,
  relation: '',
})

const members = (group: number): SubjectReference => ({
  type: 'group',
  id: `${group}`,
  relation: 'member',
})

/** A whole number from 0 up to, without, `end`. */
type Pick = (end: number) => number

/** Mulberry32: small, fast, and the same everywhere. */
export function picker(seed: number): Pick {
  let state = seed | 0
  return end => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }
}
