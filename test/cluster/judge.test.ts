// Tests of the judge: it finds a planted violation of each kind.

import t from 'tap'
import { type Change, NO_NOTE, toRevision } from '../../src/terms/index.js'
import { toRelationships } from '../world.js'
import { History } from './history.js'
import { type Answered, Judge, type Written } from './judge.js'

const VIEWER = 'doc:d0#viewer@user:u0'
const BAN = 'doc:d0#banned@user:u0'

/** u0 is made a viewer by `a`, banned by `b`, and no more a viewer by `c`. */
function toHistory(): History {
  const change = (revision: number, id: string, created: string, deleted: string): Change => ({
    revision: toRevision(revision),
    at: 0,
    note: { ...NO_NOTE, metadata: { id } },
    created: toRelationships(created),
    deleted: toRelationships(deleted),
    schemaChanged: false,
  })
  const history = new History(toRevision(1))
  history.take([change(2, 'a', VIEWER, ''), change(3, 'b', BAN, ''), change(4, 'c', '', VIEWER)])
  return history
}

const answered = (answer: string, revision: number, least = 0, most = 9): Answered => ({
  question: { kind: 'check', doc: 'd0', user: 'u0' },
  answer,
  revision: toRevision(revision),
  least: toRevision(least),
  most: toRevision(most),
  about: 'somebody',
})

const written = (id: string, outcome: Written['outcome'] | number, more = {}): Written => ({
  id,
  touched: [],
  deleted: [],
  required: [],
  outcome: typeof outcome === 'number' ? toRevision(outcome) : outcome,
  ...more,
})

function violations(...told: readonly (Answered | Written)[]): readonly string[] {
  const judge = new Judge(toHistory())
  for (const each of told) 'question' in each ? judge.hear(each) : judge.note(each)
  judge.conclude()
  return judge.violations
}

t.test('right answers are not reported', async t => {
  t.same(
    violations(
      answered('no', 1),
      answered('yes', 2, 2, 2),
      answered('no', 3),
      { ...answered('d0', 2), question: { kind: 'resources', user: 'u0' } },
      { ...answered('u0', 2), question: { kind: 'subjects', doc: 'd0' } },
      written('a', 2, { touched: [VIEWER] }),
      written('c', 'unknown', { deleted: [VIEWER], required: [VIEWER] }),
      written('d', 'refused'),
      written('e', 'unknown'),
    ),
    [],
  )
})

t.test('wrong answers are reported', async t => {
  for (const [name, told] of [
    ['a wrong answer', answered('yes', 3)],
    ['an answer of another revision than it says', answered('yes', 1)],
    ['an answer older than was asked for', answered('yes', 2, 3)],
    ['an answer newer than was asked for', answered('no', 3, 0, 2)],
    ['an answer of a revision that never was', answered('no', 7)],
    [
      'a lookup that lacks one',
      { ...answered('', 2), question: { kind: 'resources', user: 'u0' } },
    ],
    ['an acknowledged write that is lost', written('x', 3)],
    ['an acknowledged write at another revision', written('a', 3)],
    ['a refused write that happened', written('b', 'refused')],
    ['a write without its effect', written('b', 3, { touched: [VIEWER, 'doc:d1#viewer@user:u0'] })],
    ['a deletion without its effect', written('b', 3, { deleted: [VIEWER] })],
    ['a write whose precondition did not hold', written('b', 3, { required: [BAN] })],
  ] as const) {
    t.equal(violations(told).length, 1, name)
  }
})

t.test('a write that happened twice is', async t => {
  const history = toHistory()
  const twice = { ...NO_NOTE, metadata: { id: 'a' } }
  const change = { at: 0, note: twice, created: [], deleted: [], schemaChanged: false }
  history.take([{ ...change, revision: toRevision(5) }])
  const judge = new Judge(history)
  judge.note(written('a', 2))
  judge.conclude()
  t.equal(judge.violations.length, 1)
})
