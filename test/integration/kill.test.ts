// The short form of `npm run kill`, on both stores; and what a node must do that is told to stop.

import t from 'tap'
import { killAgainAndAgain } from '../killer.js'
import { freshDatastore, STORES } from '../service.js'

for (const store of STORES) {
  t.test(`${store}: a killed process loses no acknowledged write and halves none`, async t => {
    const { datastore, remove } = await freshDatastore(store)
    t.teardown(remove)
    const report = await killAgainAndAgain(datastore, 3, Math.random)
    t.ok(report.acknowledged > 0, 'something was acknowledged')
    t.strictSame(report.lost, [])
    t.strictSame(report.half, [])
  })
}

t.test('a process that is told to stop answers every write that it accepts', async t => {
  const { datastore, remove } = await freshDatastore('postgres')
  t.teardown(remove)
  const report = await killAgainAndAgain(datastore, 2, Math.random, 'SIGTERM')
  t.ok(report.acknowledged > 0, 'something was acknowledged')
  t.strictSame(report.lost, [])
  t.strictSame(report.half, [])
  t.equal(report.unacknowledgedThere, 0)
})
