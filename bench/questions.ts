// Questions about a drive. There are three kinds, which differ in their cost, and a typical mix.

import type { CheckItem, Relationship } from '../src/terms/index.js'
import { type Dice, pick, toDice } from '../test/dice.js'
import { driveSizes } from './worlds.js'

export interface Questions {
  /** Whether an owner may view the document. The answer is yes, after a few steps. */
  readonly owners: readonly CheckItem[]
  /** Whether a member of a group may view a document shared with it. The answer is yes. */
  readonly members: readonly CheckItem[]
  /** Whether a random user may view a random document. Mostly no, after a complete walk. */
  readonly anybody: readonly CheckItem[]
}

export interface QuestionOptions {
  /** Number of questions of each kind. */
  readonly count: number
  readonly seed: number
}

/** @param relationships iterated once, since a world may be larger than memory */
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

/** A document that is shared with a group. */
interface Share {
  readonly document: string
  readonly group: string
}
/** Shares to sample for each question, since a few groups have no members to ask about. */
const SHARES_PER_QUESTION = 2

/** A uniform random sample of all values that are offered (reservoir sampling). */
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
      const position = this.#dice(this.#offered)
      if (position < this.#size) this.taken[position] = value
    }
  }
}

/** A typical mix. Nine of ten are granted, since applications mostly show what people may use. */
export const typicalMix = ({ owners, members, anybody }: Questions): readonly CheckItem[] =>
  anybody.map((item, i) => (i % 10 === 0 ? item : i % 2 === 0 ? owners[i] : members[i]))

const view = (type: string, id: string, user: string): CheckItem => ({
  resource: { type, id },
  permission: 'view',
  subject: { type: 'user', id: user, relation: '' },
  context: {},
})
