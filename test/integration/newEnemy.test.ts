// The new enemy problem does not occur: the short form of `npm run new-enemy`.

import t from 'tap'
import { meetEnemies } from '../newEnemyNodes.js'

t.test('who was shut out does not see what comes later, at whichever node', async t => {
  const rounds = 400
  t.strictSame(await meetEnemies(rounds), { rounds, forbidden: 0, lost: 0 })
})
