// The new enemy problem does not occur: the short form of `npm run new-enemy`.

import t from 'tap'
import { meetEnemies } from '../newEnemyNodes.js'

t.test('a user whose access was revoked does not see later content, at any node', async t => {
  const rounds = 400
  t.strictSame(await meetEnemies(rounds), { rounds, forbidden: 0, lost: 0 })
})
