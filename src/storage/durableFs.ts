// PGlite's files, made durable. PGlite runs PostgreSQL with fsync off over a file layer that has no
// fsync at all; here the layer gets one, and PostgreSQL is told to use it, so that an acknowledged
// commit has reached the disk and survives a power cut.
//
// The hook is in PGlite's inner parts and moves between versions: the version is pinned exactly, and
// a test counts the calls.

import { fdatasyncSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/** What we touch of the file layer; files and folders are open under a descriptor of ours. */
interface Module {
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number }
  }
}

/** The layer's number for EIO; PostgreSQL stops at once when a sync fails. */
const IO_ERROR = 29

export class DurableFs extends NodeFS {
  override async init(...[pglite, options]: Parameters<NodeFS['init']>) {
    // Before the inherited steps: one of them mounts the layer and takes over what it can do.
    return super.init(pglite, { ...options, preRun: [addSync, ...(options.preRun ?? [])] })
  }
}

function addSync(module: object): void {
  const layer = (module as Module).NODEFS
  layer.stream_ops.fsync = stream => {
    try {
      fdatasyncSync(stream.nfd)
      return 0
    } catch {
      return IO_ERROR
    }
  }
}

/**
 * `-F` turns fsync off; of the ways to sync the log, only `fsync` passes through the file layer.
 * Old log is kept for reuse up to `max_wal_size`, 1 GB unless told otherwise.
 */
export const DURABLE_START = [
  ...PGlite.defaultStartParams.filter(parameter => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'max_wal_size=128MB',
]
