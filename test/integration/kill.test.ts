// The bounded form of `npm run kill`, on both stores.

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
