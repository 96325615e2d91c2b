// Actors who share at once: the history is a serial order in which no rule was broken. The long
// form is `npm run sharing`.

import t from 'tap'
import { openService, STORES } from '../service.js'
import { race } from '../sharingRace.js'

for (const store of STORES) {
  t.test(`${store}: 64 actors at once break no rule`, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    const report = await race(service, { actors: 64, seconds: 3, seed: 7 })
    t.strictSame(report.violations, [])
    t.ok(report.acknowledged > 20, `${report.acknowledged} of ${report.acts} acts`)
    for (const reason of ['SHARING_FORBIDDEN', 'SHARING_NOT_GRANTED'])
      t.ok(report.refused.has(reason))
  })
}
