// `npm run soak -- [seconds] [clients] [seed]`: runs a cluster under load and faults. It prints the
// throughput of each second, and the result. The exit code is 1 if anything was wrong.

import { soak } from './cluster/soak.js'

const [seconds = 300, clients = 24, seed = Date.now() % 1_000_000] = process.argv
  .slice(2)
  .map(Number)
const report = await soak({ seconds, clients, seed })
const { lines, violations, asked, judged, written, refused, revisions, watched } = report
for (const line of lines) process.stdout.write(`${line}\n`)
for (const violation of violations.slice(0, 20)) process.stdout.write(`wrong: ${violation}\n`)
process.stdout.write(
  `${seconds} s, ${clients} clients, seed ${seed}: ${asked} answers, ${judged} judged, ${written} writes acknowledged, ` +
    `${refused} refused or lost, ${revisions} revisions, ${watched} events watched; ${violations.length} wrong\n`,
)
process.exit(violations.length > 0 ? 1 : 0)
