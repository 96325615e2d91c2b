// The short form of `npm run soak`.

import t from 'tap'
import { soak } from '../cluster/soak.js'

t.test('three nodes under faults: no wrong answer, no lost write', async t => {
  const seed = Date.now() % 1_000_000
  const { asked, judged, written, watched, violations } = await soak({
    seconds: 12,
    clients: 16,
    seed,
  })
  t.same(violations, [], `seed ${seed}`)
  t.equal(judged, asked, 'every answer was judged')
  t.ok(asked > 100 && written > 20 && watched > 0, `${asked} answers, ${written} writes`)
})
