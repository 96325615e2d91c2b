// Questions about a drive, of three kinds that differ in what they cost, and the mixes they are
// asked in.

import type { CheckItem, Relationship } from '../src/terms/index.js'
import { type Dice, pick, toDice } from '../test/dice.js'
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

/** @param relationships gone through once, for a world may be larger than memory */
export function makeQuestions(
  relationships: Iterable<Relationship>,
  { count, seed }: QuestionOptions,
): Questions {
  const dice = toDice(seed)
  const ownerships = new Sample<CheckItem>(count, dice)
  const shares = new Sample<Share>(SHARES_PER_QUESTION * count, dice)
  const memberOf = new Map<string, string>()
  let size = 0
  for (const { resource, relation, subject } of relationships) {
    size++
    if (relation === 'owner') ownerships.offer(view(resource.type, resource.id, subject.id))
    if (resource.type === 'group' && subject.relation === '') memberOf.set(resource.id, subject.id)
    if (resource.type === 'document' && subject.type === 'group') {
      shares.offer({ document: resource.id, group: subject.id })
    }
  }
  const members = shares.taken.flatMap(({ document, group }) => {
    const member = memberOf.get(group)
    return member === undefined ? [] : view('document', document, member)
  })
  const { users, documents } = driveSizes(size)
  const many = <Value>(one: () => Value): readonly Value[] => Array.from({ length: count }, one)
  return {
    owners: many(() => pick(dice, ownerships.taken)),
    members: many(() => pick(dice, members)),
    anybody: many(() => view('document', `${dice(documents)}`, `${dice(users)}`)),
  }
}

/** A document that is shared with a group; few groups have no members to ask about. */
interface Share {
  readonly document: string
  readonly group: string
}
const SHARES_PER_QUESTION = 2

/** So many of however many are offered, each as likely as the others. */
class Sample<Value> {
  readonly taken: Value[] = []
  readonly #size: number
  readonly #dice: Dice
  #offered = 0

  constructor(size: number, dice: Dice) {
    this.#size = size
    this.#dice = dice
  }

  offer(value: Value): void {
    this.#offered++
    if (this.taken.length < this.#size) this.taken.push(value)
    else {
      const place = this.#dice(this.#offered)
      if (place < this.#size) this.taken[place] = value
    }
  }
}

/** Nine of ten are granted, since people mostly ask for what they are shown; the tenth is anybody's. */
export const typicalMix = ({ owners, members, anybody }: Questions): readonly CheckItem[] =>
  anybody.map((item, i) => (i % 10 === 0 ? item : i % 2 === 0 ? owners[i] : members[i]))

const view = (type: string, id: string, user: string): CheckItem => ({
  resource: { type, id },
  permission: 'view',
  subject: { type: 'user', id: user, relation: '' },
  context: {},
})
