// `npm run sharing -- [seconds] [actors] [seed]`: lets many actors share at once on a store of each
// kind, replays the history, and prints the result. The exit code is 1 when a rule was broken.

import { openService, STORES } from './service.js'
import { race } from './sharingRace.js'

const [seconds = 30, actors = 64, seed = 1] = process.argv.slice(2).map(Number)
for (const kind of STORES) {
  const service = await openService(kind)
  const report = await race(service, { seconds, actors, seed })
  await service.close()
  const { acts, acknowledged, refused, revisions, violations } = report
  const reasons = [...refused]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => `${reason} ${count}`)
  process.stdout.write(
    `${kind}: ${acts} acts by ${actors} in ${seconds} s, ${acknowledged} acknowledged, ` +
      `${revisions} revisions that changed something, ${violations.length} violations\n` +
      `  refused: ${reasons.join(', ')}\n`,
  )
  for (const violation of violations.slice(0, 20)) process.stdout.write(`  ${violation}\n`)
  if (violations.length > 0) process.exitCode = 1
}
