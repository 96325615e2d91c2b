// The caveats of SpiceDB's own test schemas compile. They lie beside the checkout; without them,
// the test is skipped.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { faults } from './caveatNotation.js'

const FOLDER = resolve(import.meta.dirname, '../../../../shared/conformance/spicedb')
const skip = existsSync(FOLDER) ? false : 'the upstream worlds are not beside the checkout'

t.test('the caveats of the upstream worlds compile', { skip }, async t => {
  let count = 0
  for (const file of readdirSync(FOLDER)) {
    const { schema } = parse(readFileSync(join(FOLDER, file), 'utf8')) as { schema: string }
    for (const [, name, parameters, expression] of schema.matchAll(
      /caveat (\w+)\(([^)]*)\)\s*\{([^}]*)\}/g,
    )) {
      count++
      t.strictSame(faults(parameters, expression), [], `${file}: ${name}`)
    }
  }
  t.ok(count >= 10, `${count} caveats`)
})
