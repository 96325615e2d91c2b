// Every fast, pure test in one process. `node dist/test/unit.js parser` runs the files whose path
// contains the word.

import { sep } from 'node:path'
import { runSuite } from './suite.js'

await runSuite(import.meta.dirname, path => !path.startsWith(`integration${sep}`))
