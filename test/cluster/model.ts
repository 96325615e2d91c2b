// The small world of the histories, and the definition of a check in it, over sets of texts. A test
// compares it with the oracle. It is fast enough to judge each answer of a long run.

import { type Dice, pick } from '../dice.js'

export const SCHEMA = `definition user {}
definition group {
  relation member: user | group#member
}
definition folder {
  relation parent: folder
  relation viewer: user | group#member
  relation banned: user
  permission view = (viewer + parent->view) - banned
}
definition doc {
  relation folder: folder
  relation viewer: user | user:* | group#member
  relation banned: user | group#member
  permission view = (viewer + folder->view) - banned
}`

const names = (count: number, letter: string): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i}`)

export const USERS = names(8, 'u')
export const GROUPS = names(5, 'g')
export const FOLDERS = names(5, 'f')
export const DOCS = names(8, 'd')

/** The relationships of one moment, by their texts: `group:g1#member@user:u1`. */
export interface Moment {
  has(relationship: string): boolean
}

const holds = (moment: Moment, place: string, user: string): boolean =>
  moment.has(`${place}@user:${user}`) ||
  GROUPS.some(
    group => moment.has(`${place}@group:${group}#member`) && isMember(moment, group, user, []),
  )

/** Membership of groups may be cyclic. */
function isMember(moment: Moment, group: string, user: string, above: readonly string[]): boolean {
  if (above.includes(group)) return false
  const place = `group:${group}#member`
  if (moment.has(`${place}@user:${user}`)) return true
  const trail = [...above, group]
  return GROUPS.some(
    each => moment.has(`${place}@group:${each}#member`) && isMember(moment, each, user, trail),
  )
}

function seesFolder(moment: Moment, folder: string, user: string): boolean {
  const object = `folder:${folder}`
  if (moment.has(`${object}#banned@user:${user}`)) return false
  return (
    holds(moment, `${object}#viewer`, user) ||
    FOLDERS.some(
      each => moment.has(`${object}#parent@folder:${each}`) && seesFolder(moment, each, user),
    )
  )
}

/** Whether the user may view the document. */
export function seesDoc(moment: Moment, doc: string, user: string): boolean {
  const object = `doc:${doc}`
  if (holds(moment, `${object}#banned`, user)) return false
  return (
    moment.has(`${object}#viewer@user:*`) ||
    holds(moment, `${object}#viewer`, user) ||
    FOLDERS.some(
      each => moment.has(`${object}#folder@folder:${each}`) && seesFolder(moment, each, user),
    )
  )
}

/** A random relationship of this world. A folder is only in folders before it. */
export function anyRelationship(dice: Dice): string {
  const user = (): string => `user:${pick(dice, USERS)}`
  const group = (): string => `group:${pick(dice, GROUPS)}#member`
  const someone = (): string => (dice(3) === 0 ? group() : user())
  const folder = 1 + dice(FOLDERS.length - 1)
  switch (dice(8)) {
    case 0:
    case 1:
      return `group:${pick(dice, GROUPS)}#member@${someone()}`
    case 2:
      return `folder:f${folder}#parent@folder:f${dice(folder)}`
    case 3:
      return `folder:${pick(dice, FOLDERS)}#viewer@${someone()}`
    case 4:
      return `folder:${pick(dice, FOLDERS)}#banned@${user()}`
    case 5:
      return `doc:${pick(dice, DOCS)}#folder@folder:${pick(dice, FOLDERS)}`
    case 6:
      return `doc:${pick(dice, DOCS)}#viewer@${dice(20) === 0 ? 'user:*' : someone()}`
    default:
      return `doc:${pick(dice, DOCS)}#banned@${someone()}`
  }
}
