// Runs many test files in one process: the files below a folder, in the order of their names, or a
// part of them, such as `1/2` for every second one. The totals go to the file that
// PEMBA_TEST_TOTALS names, from which the runner adds them up.

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'

/** The time after which a suite counts as hanging, ms: four times its time on two idle cores. */
const SUITE_MS_MAX = 900_000

/** Imports each `*.test.js` below `folder` whose path the predicate accepts. */
export async function runSuite(folder: string, takes: (path: string) => boolean): Promise<void> {
  const [wanted = '', share = '1/1'] = process.argv.slice(2)
  const [part, parts] = share.split('/').map(Number)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.js') && takes(path) && path.includes(wanted))
    .sort()
    .filter((_, i) => i % parts === part - 1)
  // More runs than usual take longer, so the limit does not apply to them.
  t.setTimeout(process.env.PEMBA_RUNS === undefined ? SUITE_MS_MAX : 0)
  t.teardown(() => {
    const { pass, fail } = t.counts
    const totals = process.env.PEMBA_TEST_TOTALS
    if (totals !== undefined) writeFileSync(totals, JSON.stringify({ pass, fail }))
  })
  // Loading is a test of its own, because the root test would end while no test runs.
  await t.test('every file loads', async t => {
    for (const file of files) await import(pathToFileURL(join(folder, file)).href)
    t.ok(files.length > 0)
  })
}
