// `npm run differential -- [questions] [seed]`: compares Pemba with a real SpiceDB over random
// worlds, and prints the counts. The exit code is 1 when known.md does not explain a difference.

import { compareWithSpiceDb } from './agreement.js'
import { findSpiceDb, PACKAGE } from './spicedb.js'

const [questions = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number)
const spiceDb = await findSpiceDb()
if (spiceDb === null) {
  process.stdout.write(`the package \`${PACKAGE}\` is not here: nothing was compared\n`)
} else {
  const {
    worlds,
    questions: asked,
    known,
    unexplained,
  } = await compareWithSpiceDb(spiceDb, {
    questions,
    seed,
  })
  process.stdout.write(`seed ${seed}: ${asked} questions in ${worlds} worlds\n`)
  for (const [way, count] of known) process.stdout.write(`${count} differ as known: ${way}\n`)
  process.stdout.write(`${unexplained.length} without an explanation\n${unexplained.join('\n\n')}`)
  if (unexplained.length > 0) process.exitCode = 1
}
process.exit()
