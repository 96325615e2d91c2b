// Seeded worlds for measurements. The same arguments always produce the same relationships.

import type { ObjectReference, Relationship, SubjectReference } from '../src/terms/index.js'
import { type Dice, toDice } from '../test/dice.js'

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
  /** Number of relationships, at least a thousand. */
  readonly relationships: number
  readonly seed: number
}

/** Numbers of objects in a drive, by type. */
export interface DriveSizes {
  readonly users: number
  readonly groups: number
  readonly folders: number
  readonly documents: number
}

/** A million relationships have 200,000 users, 20,000 groups, 30,000 folders, 300,000 documents. */
export const driveSizes = (relationships: number): DriveSizes => ({
  users: Math.floor(relationships / 5),
  groups: Math.floor(relationships / 50),
  folders: Math.floor(relationships * 0.03),
  documents: Math.floor(relationships * 0.3),
})

/** Sizes of nests of groups and trees of folders: binary trees, numbered level by level. */
const NEST = 32
const TREE = 64

/**
 * Every document is in a folder and has an owner. Every folder, and one document in four, is shared
 * with a group. Of the remaining relationships, two thirds are members of groups, and one third are
 * viewers of documents.
 */
export function* makeDrive({ relationships, seed }: DriveOptions): Generator<Relationship> {
  const sizes = driveSizes(relationships)
  const pick = toDice(seed)
  let left = relationships
  for (const relationship of skeleton(sizes, pick)) {
    left--
    yield relationship
  }
  const taken = new Set<number>()
  while (left > 0) {
    const isMember = pick(3) > 0
    const resource = pick(isMember ? sizes.groups : sizes.documents)
    const user = pick(sizes.users)
    const key = (resource * sizes.users + user) * 2 + (isMember ? 1 : 0)
    if (taken.has(key)) continue
    taken.add(key)
    left--
    yield isMember
      ? relate(object('group', resource), 'member', object('user', user))
      : relate(object('document', resource), 'viewer', object('user', user))
  }
}

function* skeleton(sizes: DriveSizes, pick: Dice): Generator<Relationship> {
  for (let group = 0; group < sizes.groups; group++) {
    const outer = outerOf(group, NEST)
    if (outer !== group) yield relate(object('group', outer), 'member', members(group))
  }
  for (let number = 0; number < sizes.folders; number++) {
    const folder = object('folder', number)
    const outer = outerOf(number, TREE)
    if (outer !== number) yield relate(folder, 'parent', object('folder', outer))
    yield relate(folder, 'viewer', members(pick(sizes.groups)))
  }
  for (let number = 0; number < sizes.documents; number++) {
    const document = object('document', number)
    yield relate(document, 'parent', object('folder', pick(sizes.folders)))
    yield relate(document, 'owner', object('user', pick(sizes.users)))
    if (number % 4 === 0) yield relate(document, 'viewer', members(pick(sizes.groups)))
  }
}

/** The parent of `number` in its tree of `length` members, or the number itself for a root. */
const outerOf = (number: number, length: number): number =>
  number - (number % length) + ((number % length) >> 1)

/** The company's schema: a union, one with an exclusion, and an intersection. */
export const COMPANY_SCHEMA = `definition user {}

definition group {
	relation member: user | group#member
}

definition document {
	relation viewer: group#member
	relation owner: user
	relation banned: user
	relation auditor: group#member

	permission view = viewer + owner
	permission comment = view - banned
	permission audit = view & auditor
}
`

const TEAM = 100

/**
 * All users are in one group that views the document, and every hundredth is banned. All are also
 * in one of the teams of a hundred, which together are the auditors.
 */
export function* makeCompany(users: number): Generator<Relationship> {
  const plan: SubjectReference = { type: 'document', id: 'plan', relation: '' }
  const [everybody, auditors] = [0, 1]
  yield relate(plan, 'viewer', members(everybody))
  yield relate(plan, 'auditor', members(auditors))
  for (let number = 0; number < users; number++) {
    const user = object('user', number)
    const team = auditors + 1 + Math.floor(number / TEAM)
    yield relate(object('group', everybody), 'member', user)
    yield relate(object('group', team), 'member', user)
    if (number % TEAM > 0) continue
    yield relate(object('group', auditors), 'member', members(team))
    yield relate(plan, 'banned', user)
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

/** The library's schema: documents in folders, owned by a few who own much. */
export const LIBRARY_SCHEMA = `definition user {}

definition group {
	relation member: user | group#member
}

definition folder {
	relation viewer: user | group#member

	permission view = viewer
}

definition document {
	relation folder: folder
	relation owner: user
	relation banned: user

	permission own = owner
	permission read = owner - banned
	permission browse = (owner + folder->view) - banned
}
`

export interface LibraryOptions {
  readonly documents: number
  readonly seed: number
}

/** Number of users. Each owns this fraction of the documents, and may view as many by folders. */
const LIBRARY_SHARE = 100
const FOLDER_SIZE = 100

/** Every user is banned from one in a hundred of the owned documents. */
export function* makeLibrary({ documents, seed }: LibraryOptions): Generator<Relationship> {
  const pick = toDice(seed)
  const folders = Math.ceil(documents / FOLDER_SIZE)
  for (let user = 0; user < LIBRARY_SHARE; user++) {
    yield relate(object('group', user), 'member', object('user', user))
  }
  for (let folder = 0; folder < folders; folder++) {
    yield relate(object('folder', folder), 'viewer', members(folder % LIBRARY_SHARE))
  }
  for (let number = 0; number < documents; number++) {
    const document = object('document', number)
    const owner = object('user', number % LIBRARY_SHARE)
    yield relate(document, 'folder', object('folder', pick(folders)))
    yield relate(document, 'owner', owner)
    if (pick(100) === 0) yield relate(document, 'banned', owner)
  }
}
