// The creation of an embedded database's files. They are made in a folder beside their final one,
// which is then renamed as a whole. A process that is killed midway leaves nothing that looks
// finished.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { DURABLE_START, DurableFs } from './durableFs.js'

/** Creates the files in `folder` unless it exists. Takes some seconds. */
export async function makeCluster(folder: string): Promise<void> {
  if (existsSync(folder)) return
  const temporaryFolder = `${folder}.new`
  rmSync(temporaryFolder, { recursive: true, force: true })
  const pglite = await PGlite.create({
    fs: new DurableFs(temporaryFolder),
    startParams: DURABLE_START,
  })
  await pglite.close()
  syncTree(temporaryFolder)
  renameSync(temporaryFolder, folder)
  syncFile(dirname(folder))
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) syncTree(path)
    else syncFile(path)
  }
  syncFile(folder)
}

/** Syncs a file or a folder. Syncing a folder makes the names in it durable. */
function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
