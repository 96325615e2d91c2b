// `npm run kill -- [kills]`: kills the process that often during concurrent writes, on each kind of
// store, and prints the result. The exit code is 1 when a write was lost or only half stored.

import { killAgainAndAgain } from './killer.js'
import { freshDatastore, STORES } from './service.js'

const kills = Number(process.argv[2] ?? 50)
for (const store of STORES) {
  const { datastore, remove } = await freshDatastore(store)
  const report = await killAgainAndAgain(datastore, kills, Math.random)
  await remove()
  const { acknowledged, unacknowledgedThere, lost, half } = report
  process.stdout.write(
    `${store}: ${kills} kills, ${acknowledged} acknowledged, ${lost.length} lost, ${half.length} half there, ` +
      `${unacknowledgedThere} there without an answer\n`,
  )
  if (lost.length + half.length > 0) process.exitCode = 1
}
