// The database port on both drivers.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openDatabase } from '../../src/storage/index.js'
import { databaseContract } from '../contract/database.js'
import { provisionPostgres } from '../provision.js'

const folder = mkdtempSync(join(tmpdir(), 'pemba-database-'))
const postgres = await provisionPostgres()
const url = await postgres.freshDatabase()
t.teardown(async () => {
  rmSync(folder, { recursive: true })
  await postgres.stop()
})

databaseContract('PGlite', { open: () => openDatabase(`embedded:${folder}`), several: false })
databaseContract('PostgreSQL', { open: () => openDatabase(url), several: true })
