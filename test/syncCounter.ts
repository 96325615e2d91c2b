// Loaded before a program, in each of its threads (`node --import`): appends a byte to the file
// named in PEMBA_TEST_SYNCS for each fdatasync that the program asks the operating system for.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const path = process.env.PEMBA_TEST_SYNCS
const real = fs.fdatasyncSync
fs.fdatasyncSync = descriptor => {
  real(descriptor)
  if (path !== undefined) fs.appendFileSync(path, '.')
}
syncBuiltinESMExports()
