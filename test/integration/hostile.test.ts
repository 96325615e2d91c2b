// The short form of `npm run hostile`: every hostile request gets an answer or a refusal, and the
// bystander gets every answer meanwhile. Only the long form measures how fast.

import t from 'tap'
import { ATTACKS, besiege } from '../hostile/siege.js'

/** The connections of the short form are still a hundred times those of a pool. */
const SCALE = { runMs: 300, size: 0.02 }
/** The time limit: it takes a minute until the service gives up on slow senders. */
const attacks = ATTACKS.filter(({ name }) => name !== 'slow-senders' && name !== 'slow-readers')

t.test('under attack, nobody is left without the right answer', async t => {
  for await (const { attack, tally, observation } of besiege(attacks, SCALE, [])) {
    t.ok(tally.requests > 0, `${attack.name}: ${tally}`)
    t.strictSame(tally.unexpected, [], `${attack.name}: every request has its refusal`)
    t.ok(observation.checks.count > 0 && observation.health.count > 0, attack.name)
    t.equal(observation.checks.wrong + observation.health.wrong, 0, `${attack.name}: bystander`)
  }
})
