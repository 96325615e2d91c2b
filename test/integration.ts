// Runs the tests that need a real server or a process of their own. The servers are those of
// PEMBA_TEST_POSTGRES and PEMBA_TEST_REDIS, which `npm test` sets. `integration.js '' 1/2` runs
// every second file, `2/2` the others.

import { sep } from 'node:path'
import { runSuite } from './suite.js'

await runSuite(import.meta.dirname, path => path.startsWith(`integration${sep}`))
