// Relationships and revisions, on both drivers.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openDatabase } from '../../src/storage/index.js'
import { storageContract } from '../contract/storage.js'
import { provisionPostgres } from '../provision.js'

const folder = mkdtempSync(join(tmpdir(), 'pemba-storage-'))
const postgres = await provisionPostgres()
const url = await postgres.freshDatabase()
t.teardown(async () => {
  rmSync(folder, { recursive: true })
  await postgres.stop()
})

storageContract('PostgreSQL', { open: () => openDatabase(url), several: true })
storageContract('PGlite', { open: () => openDatabase(`embedded:${folder}`), several: false })
