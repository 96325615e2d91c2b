// `npm run hostile -- [attack]`: attacks a node in every known way, or in the named one, while a
// well-behaved client asks another store 200 times a second. It prints how both fared. The exit
// code is 1 if a limit was missed.

import { ATTACKS, besiege, type SiegeReport } from './hostile/siege.js'

const CHECK_P99_MS = 30
const HEALTH_P99_MS = 50
const MEMORY_MIB = 1024
const wanted = process.argv[2]
const attacks = ATTACKS.filter(({ name }) => wanted === undefined || name === wanted)
if (attacks.length === 0) {
  process.stderr.write(`no such attack, expected ${ATTACKS.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}

const toMiB = (bytes: number): number => Math.round(bytes / 2 ** 20)

function faultsOf({ observation, tally, memory }: SiegeReport): readonly string[] {
  const { checks, health } = observation
  return [
    ...(checks.p99 > CHECK_P99_MS ? [`check p99 ${checks.p99.toFixed(1)} ms`] : []),
    ...(health.p99 > HEALTH_P99_MS ? [`health p99 ${health.p99.toFixed(1)} ms`] : []),
    ...(checks.wrong + health.wrong > 0 ? [`${checks.wrong + health.wrong} wrong answers`] : []),
    ...(toMiB(memory) > MEMORY_MIB ? [`memory ${toMiB(memory)} MiB`] : []),
    ...tally.unexpected,
  ]
}

const flags = ['--memory', '256MiB']
let missed = 0
for await (const report of besiege(attacks, { runMs: 10_000, size: 1 }, flags)) {
  const { attack, tally, observation, memory } = report
  const { checks, health } = observation
  const faults = faultsOf(report)
  missed += faults.length
  process.stdout.write(
    `${attack.name}: ${attack.summary}\n` +
      `  ${tally.requests} requests: ${tally}\n` +
      `  bystander: ${checks.count} checks, p50 ${checks.p50.toFixed(1)} ms, p99 ${checks.p99.toFixed(1)} ms, ` +
      `most ${checks.most.toFixed(1)} ms; health p99 ${health.p99.toFixed(1)} ms, most ${health.most.toFixed(1)} ms; ` +
      `memory ${toMiB(memory)} MiB\n` +
      `  ${faults.length === 0 ? 'within its limits' : `MISSED: ${faults.join('; ')}`}\n`,
  )
}
process.exit(missed > 0 ? 1 : 0)
