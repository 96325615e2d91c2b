// The making of an embedded database's files. It is done beside the place where they will be and
// moved there as a whole, so that a process killed in the middle leaves nothing that looks finished.

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

/** Makes the files in `folder` unless it is there. Takes some seconds. */
export async function makeCluster(folder: string): Promise<void> {
  if (existsSync(folder)) return
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  const pglite = await PGlite.create({ fs: new DurableFs(draft), startParams: DURABLE_START })
  await pglite.close()
  syncTree(draft)
  renameSync(draft, folder)
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

/** A folder is synced like a file: that keeps the names in it. */
function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
