import t from 'tap'
import type { CheckOutcome } from '../../src/evaluator/index.js'
import type { CheckItem } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import type { Case } from './cases.js'
import { agreeWithOracle, answersFrom, ask } from './suite.js'

t.test('a check over a whole world gives what the definition gives', async t => {
  agreeWithOracle(
    t,
    answersFrom(relationships => new TestSnapshot(relationships)),
  )
})

t.test('a check that loads its world row by row has the same verdict', async t => {
  agreeWithOracle(t, loading)
})

/** Loads what the check asked for, until its verdict is final. */
function loading(world: Case, item: CheckItem): CheckOutcome {
  const snapshot = new TestSnapshot(world.relationships, { partial: true })
  for (;;) {
    const outcome = ask(snapshot, world, item)
    if (outcome.verdict !== 'pending') return outcome
    if (snapshot.load() === 0) throw new Error('pending, but no row was asked for')
  }
}
