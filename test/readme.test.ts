// The README says what the code says: its tables are made from the same tables.

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { describeSettings } from '../src/config.js'
import { refusals } from '../src/terms/index.js'

const README = readFileSync(join(resolve(import.meta.dirname, '../..'), 'README.md'), 'utf8')

/** The text between `<!-- name -->` and `<!-- /name -->`. */
function section(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)\n<!-- /${name} -->`).exec(README)
  return found?.[1] ?? ''
}

t.test('the README lists every setting as --help does', async t => {
  t.equal(section('settings'), `\`\`\`\n${describeSettings()}\n\`\`\``)
})

t.test('the README lists every refusal with its status and reason', async t => {
  const rows = Object.entries(refusals).map(
    ([code, { status, reason }]) => `| ${code} | ${status} | ${reason ?? ''} |`,
  )
  t.equal(
    section('refusals'),
    ['| refusal | gRPC status | reason |', '|---|---|---|', ...rows].join('\n'),
  )
})
