// Reports of faults, each a script that exits with 0 when the behaviour is right. They are found
// beside the checkout, and skipped where they are missing. The table names those that are fixed.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { openService, STORES, TEST_KEY } from '../service.js'

const FOLDER = resolve(import.meta.dirname, '../../../../shared/conformance/reports')

const skip = existsSync(FOLDER) ? false : 'the reports are not beside the checkout'

const MENDED = [
  'actor-header-utf8.sh',
  'cel-string-of-time-fractions.sh',
  'exclude-wildcards-tells-whom-only-the-wildcard-lets-in.sh',
  'expiry-beyond-year-9999.sh',
  'invalid-utf8-merges-subjects.sh',
  'lookup-subjects-conditional-wildcard.sh',
  'number-beyond-double-becomes-null.sh',
  'one-bad-relationship-ends-every-list.sh',
  'reflection-filter.sh',
]

interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** The scripts run on a copy, because some write files beside themselves. */
function run(script: string, url: string, folder: string): Promise<Outcome> {
  const child = spawn('bash', [join(FOLDER, script)], {
    cwd: folder,
    env: { ...process.env, BASE: url, KEY: TEST_KEY, TMPDIR: folder },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  return new Promise((fulfil, reject) => {
    child.once('error', reject)
    child.once('close', code => fulfil({ code, output }))
  })
}

for (const store of STORES) {
  t.test(`${store}: what was reported is mended`, { skip }, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    const folder = mkdtempSync(join(tmpdir(), 'pemba-reports-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    // The scripts run one at a time, because each asks just after it has written, without a token.
    for (const script of MENDED) {
      const { code, output } = await run(script, service.url, folder)
      t.equal(code, 0, `${script}: ${output}`)
    }
  })
}
