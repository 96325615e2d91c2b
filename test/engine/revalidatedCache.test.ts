// Cached results are valid as long as nothing that they depend on is written to, and no longer.

import fc from 'fast-check'
import t from 'tap'
import { ResourceWrites } from '../../src/engine/graph/resourceWrites.js'
import { RevalidatedCache } from '../../src/engine/graph/revalidatedCache.js'
import { parseRelationship, toRevision } from '../../src/terms/index.js'
import { toChange } from '../replica/supplier.js'

const doc = (id: number | string) => ({ type: 'doc', id: `${id}` })
const change = (revision: number, ...texts: readonly string[]) =>
  toChange(revision, { created: texts.map(parseRelationship) })
const at = (revision: number, now = 100) => ({ revision: toRevision(revision), now })
const NEVER = Number.POSITIVE_INFINITY

const open = (max = 10) => {
  const resourceWrites = new ResourceWrites(toRevision(1))
  return { touched: resourceWrites, kept: new RevalidatedCache<string>(resourceWrites, max) }
}

t.test('kept while its resources are untouched, through other writes', async t => {
  const { touched: resourceWrites, kept } = open()
  kept.keep('a', at(2), { value: 'A', resources: [doc(1), doc(2)], until: NEVER })
  resourceWrites.take([change(3, 'doc:3#viewer@user:ann'), change(4, 'doc:4#viewer@doc:1#viewer')])
  t.equal(kept.find('a', at(4)), 'A')
  resourceWrites.take([change(5, 'doc:2#owner@user:ann')])
  t.equal(kept.find('a', at(5)), undefined)
  t.equal(kept.find('a', at(4)), undefined, 'only the last write is remembered')
  t.equal(kept.find('a', at(2)), 'A')
  t.equal(kept.find('b', at(2)), undefined)
})

t.test('a deletion touches too, a schema touches everything', async t => {
  const { touched: resourceWrites, kept } = open()
  kept.keep('a', at(2), { value: 'A', resources: [doc(1)], until: NEVER })
  resourceWrites.take([{ ...change(3), deleted: [parseRelationship('doc:1#viewer@user:ann')] }])
  t.equal(kept.find('a', at(3)), undefined)
  kept.keep('a', at(3), { value: 'A', resources: [doc(1)], until: NEVER })
  resourceWrites.take([{ ...change(4), schemaChanged: true }])
  t.equal(kept.find('a', at(4)), undefined)
  kept.keep('a', at(4), { value: 'A', resources: [doc(1)], until: NEVER })
  resourceWrites.restart(toRevision(9))
  t.equal(kept.find('a', at(9)), undefined, 'and so does what was missed')
})

t.test('kept for its revision only, when its resources are unknown', async t => {
  const { kept } = open()
  kept.keep('a', at(2), { value: 'A', resources: null, until: NEVER })
  t.equal(kept.find('a', at(2)), 'A')
  t.equal(kept.find('a', at(3)), undefined)
})

t.test('kept until something of it expires, and not for a clock that was put back', async t => {
  const { kept } = open()
  kept.keep('a', at(2, 100), { value: 'A', resources: [], until: 150 })
  t.equal(kept.find('a', at(3, 149)), 'A')
  t.equal(kept.find('a', at(3, 150)), undefined)
  t.equal(kept.find('a', at(3, 99)), undefined)
})

t.test('the oldest entries are dropped when there are too many', async t => {
  const { kept } = open(2)
  for (const key of ['a', 'b', 'c'])
    kept.keep(key, at(2), { value: key, resources: [], until: NEVER })
  t.strictSame(
    ['a', 'b', 'c'].map(key => kept.find(key, at(2))),
    [undefined, 'b', 'c'],
  )
})

t.test('not used for a revision that has not been reported yet', async t => {
  const { touched: resourceWrites, kept } = open()
  kept.keep('a', at(1), { value: 'A', resources: [doc(1)], until: NEVER })
  t.equal(kept.find('a', at(2)), undefined)
  resourceWrites.take([change(2)])
  t.equal(kept.find('a', at(2)), 'A')
})

t.test('an entry that is kept again replaces the old one and becomes the newest', async t => {
  const { kept } = open(2)
  for (const [key, value] of ['aA', 'bB', 'aC', 'cD'])
    kept.keep(key, at(1), { value, resources: [], until: NEVER })
  t.strictSame(
    ['a', 'b', 'c'].map(key => kept.find(key, at(1))),
    ['C', undefined, 'D'],
  )
})

// An answer rests on some resources, or on all: it is the last write of each up to the revision,
// and whether its hour has come. Answers are asked for at any revision there is, at any time.

const DOCS = [0, 1, 2, 3]
const step = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), ids: fc.subarray(DOCS) }),
  fc.record({ kind: fc.constantFrom('schema' as const, 'gap' as const) }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      ids: fc.constantFrom([0], [1], [0, 2], [1, 2, 3]),
      rest: fc.constantFrom(false, false, false, true),
      back: fc.nat(4),
      now: fc.nat(5),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never
type Asked = Extract<Step, { kind: 'ask' }>

const HOUR = 3

class Play {
  readonly #resourceWrites = new ResourceWrites(toRevision(0))
  readonly #kept = new RevalidatedCache<string>(this.#resourceWrites, 8)
  /** What was written in each revision: of which resources, or all. */
  readonly #history: (readonly number[])[] = [DOCS]
  /** Since when nothing was missed, nor meant anything else. */
  #known = 0
  /** The last of each key that was kept. */
  readonly #last = new Map<string, { readonly revision: number; readonly now: number }>()
  hits = 0

  /** Whether all that was found is so, and all that must be found was. */
  do(step: Step): boolean {
    if (step.kind === 'ask') return this.#ask(step)
    const revision = this.#history.push(step.kind === 'write' ? step.ids : DOCS) - 1
    const texts = step.kind === 'write' ? step.ids.map(id => `doc:${id}#viewer@user:ann`) : []
    if (step.kind !== 'write') this.#known = revision
    if (step.kind === 'gap') this.#resourceWrites.restart(toRevision(revision))
    else
      this.#resourceWrites.take([
        { ...change(revision, ...texts), schemaChanged: step.kind === 'schema' },
      ])
    return true
  }

  #ask({ ids, rest, back, now }: Asked): boolean {
    const revision = Math.max(0, this.#history.length - 1 - back)
    const key = JSON.stringify([ids, rest])
    const moment = at(revision, now)
    const found = this.#kept.find(key, moment)
    const value = JSON.stringify([this.#lastWrites(rest ? DOCS : ids, revision), now >= HOUR])
    if (found !== undefined) {
      this.hits++
      return found === value
    }
    const mustBeFound = !rest && this.#isStill(key, ids, { revision, now })
    const until = now < HOUR ? HOUR : NEVER
    this.#kept.keep(key, moment, { value, resources: rest ? null : ids.map(doc), until })
    this.#last.set(key, { revision, now })
    return !mustBeFound
  }

  #lastWrites(ids: readonly number[], revision: number): readonly number[] {
    const until = this.#history.slice(0, revision + 1)
    return ids.map(id => until.findLastIndex(written => written.includes(id)))
  }

  /** Whether it was kept, no earlier than what is known, and nothing has been written to since. */
  #isStill(
    key: string,
    ids: readonly number[],
    { revision, now }: { revision: number; now: number },
  ): boolean {
    const last = this.#last.get(key)
    if (last === undefined || last.now > now || last.now < HOUR !== now < HOUR) return false
    const earlier = Math.min(revision, last.revision)
    const written = this.#history.slice(earlier + 1).flat()
    return earlier >= this.#known && !ids.some(id => written.includes(id))
  }
}

t.test('for any history, what is found is valid, and untouched entries are found', async t => {
  let hits = 0
  const property = fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), steps => {
    const play = new Play()
    const isRight = steps.every(each => play.do(each))
    hits += play.hits
    return isRight
  })
  fc.assert(property, { numRuns: 500 })
  t.ok(hits > 500, `${hits} were found`)
})
