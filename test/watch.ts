// `npm run watch -- [seconds] [writes a second] [cuts]`: watches a store of each kind through a
// connection that is cut that often, and prints the result. The exit code is 1 when an event was
// missing or repeated.

import { STORES } from './service.js'
import { watchThroughCuts } from './watcher.js'
import { openWorld } from './wire.js'

const [seconds = 60, writesPerSecond = 1000, cuts = 10] = process.argv.slice(2).map(Number)
for (const kind of STORES) {
  const service = await openWorld(kind)
  const report = await watchThroughCuts(service, { seconds, writesPerSecond, cuts })
  await service.close()
  const { writes, connections, missing, twice, disordered } = report
  process.stdout.write(
    `${kind}: ${writes} writes in ${report.seconds.toFixed(1)} s, ${connections} connections, ` +
      `${missing.length} missing, ${twice.length} twice, ${disordered} out of order\n`,
  )
  if (missing.length + twice.length + disordered > 0) process.exitCode = 1
}
