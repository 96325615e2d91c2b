// Runs many test files in one process: the files under a folder, in the order of their names, or a part
// of them, of which `1/2` is every second one. The totals go to the file named in PEMBA_TEST_TOTALS, for
// the runner to add up.

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'

/** A suite that takes longer than this hangs, ms: four times what it takes on two idle cores. */
const SUITE_MS_MAX = 900_000

/** Imports each `*.test.js` below `folder` whose path the predicate takes. */
export async function runSuite(folder: string, takes: (path: string) => boolean): Promise<void> {
  const [wanted = '', share = '1/1'] = process.argv.slice(2)
  const [part, parts] = share.split('/').map(Number)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.js') && takes(path) && path.includes(wanted))
    .sort()
    .filter((_, i) => i % parts === part - 1)
  // Whoever asks for more runs waits for them.
  t.setTimeout(process.env.PEMBA_RUNS === undefined ? SUITE_MS_MAX : 0)
  t.teardown(() => {
    const { pass, fail } = t.counts
    const totals = process.env.PEMBA_TEST_TOTALS
    if (totals !== undefined) writeFileSync(totals, JSON.stringify({ pass, fail }))
  })
  // A test of its own while files are still coming: with nothing under way, the root would end.
  await t.test('every file loads', async t => {
    for (const file of files) await import(pathToFileURL(join(folder, file)).href)
    t.ok(files.length > 0)
  })
}
