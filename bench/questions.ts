// Questions about a drive, of three kinds that differ in what they cost, and the mixes they are
// asked in.

import type { CheckItem, Relationship } from '../src/terms/index.js'
import { toDice } from '../test/dice.js'
import { driveSizes } from './worlds.js'

export interface Questions {
  /** May the owner view the document: yes, close by. */
  readonly owners: readonly CheckItem[]
  /** May a member of a group view what is shared with the group: yes, behind the group. */
  readonly members: readonly CheckItem[]
  /** May anybody view any document: mostly no, at the end of the whole walk. */
  readonly anybody: readonly CheckItem[]
}

export interface QuestionOptions {
  /** Of each kind. */
  readonly count: number
  readonly seed: number
}

export function makeQuestions(
  relationships: readonly Relationship[],
  { count, seed }: QuestionOptions,
): Questions {
  const pick = toDice(seed)
  const { users, documents } = driveSizes(relationships.length)
  const ownerships = relationships.filter(({ relation }) => relation === 'owner')
  const shares = sharesWithMembers(relationships)
  const make = (one: () => CheckItem): readonly CheckItem[] => Array.from({ length: count }, one)
  return {
    owners: make(() => {
      const { resource, subject } = ownerships[pick(ownerships.length)]
      return view(resource.type, resource.id, subject.id)
    }),
    members: make(() => {
      const { document, member } = shares[pick(shares.length)]
      return view('document', document, member)
    }),
    anybody: make(() => view('document', `${pick(documents)}`, `${pick(users)}`)),
  }
}

/** Nine of ten are granted, since people mostly ask for what they are shown; the tenth is anybody's. */
export const typicalMix = ({ owners, members, anybody }: Questions): readonly CheckItem[] =>
  anybody.map((item, i) => (i % 10 === 0 ? item : i % 2 === 0 ? owners[i] : members[i]))

/** Documents that are shared with a group, each with one of its members. */
function sharesWithMembers(relationships: readonly Relationship[]) {
  const memberOf = new Map<string, string>()
  for (const { resource, subject } of relationships) {
    if (resource.type === 'group' && subject.relation === '') memberOf.set(resource.id, subject.id)
  }
  return relationships.flatMap(({ resource, subject }) => {
    const member = memberOf.get(subject.id)
    const isShare = resource.type === 'document' && subject.type === 'group'
    return isShare && member !== undefined ? [{ document: resource.id, member }] : []
  })
}

const view = (type: string, id: string, user: string): CheckItem => ({
  resource: { type, id },
  permission: 'view',
  subject: { type: 'user', id: user, relation: '' },
  context: {},
})
