// `npm run new-enemy -- [rounds]`: runs the scenarios of the new enemy problem that often on three
// nodes, and prints how often somebody got access wrongly. The exit code is 1 if it happened at
// all.

import { meetEnemies } from './newEnemyNodes.js'

const [rounds = 100_000] = process.argv.slice(2).map(Number)
const begun = performance.now()
const { forbidden, lost } = await meetEnemies(rounds)
const seconds = ((performance.now() - begun) / 1000).toFixed(0)
process.stdout.write(
  `${rounds} rounds on three nodes in ${seconds} s: ${forbidden} let in who must not be, ${lost} kept out who may\n`,
)
process.exit(forbidden + lost > 0 ? 1 : 0)
