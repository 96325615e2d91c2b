// PGlite's files, made durable and private. PGlite runs PostgreSQL with fsync off, over a file
// layer that has no fsync. Here the layer gets one and PostgreSQL is configured to use it, so that
// an acknowledged commit has reached the disk and survives a power cut. The layer also opens files
// and folders to everybody, whatever the umask is. Here they are open to the owner alone.
//
// The hooks are internals of PGlite and move between versions. Its version is therefore pinned
// exactly, and tests count the calls and check the modes.

import { chmodSync, fdatasyncSync, mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { OWN_FILE, OWN_FOLDER } from './modes.js'

/** A file or folder of the layer. */
interface FileNode {
  readonly mode: number
}

/** The attributes of a file to change. */
interface Attributes {
  readonly mode?: number | null
}

type SetAttributes<Target> = (target: Target, attributes: Attributes) => void

/** The part of the file layer that is changed here. `nfd` is the descriptor of an open file. */
interface Module {
  readonly FS: { isDir(mode: number): boolean }
  readonly NODEFS: {
    realPath(node: FileNode): string
    readonly node_ops: {
      mknod(parent: FileNode, name: string, mode: number, device: number): FileNode
      setattr: SetAttributes<FileNode>
    }
    readonly stream_ops: {
      fsync?: (stream: { readonly nfd: number }) => number
      setattr: SetAttributes<{ readonly nfd: number }>
    }
  }
}

/** The mask that keeps all bits of a mode but those of the group and of others. */
const OWNER = ~0o077
/** The layer's number for EIO. PostgreSQL stops at once when a sync fails. */
const IO_ERROR = 29

export class DurableFs extends NodeFS {
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, OWN_FOLDER)
    super(folder)
  }

  override async init(...[pglite, options]: Parameters<NodeFS['init']>) {
    // These hooks come before the inherited steps, one of which mounts the layer and copies its
    // operations.
    return super.init(pglite, {
      ...options,
      preRun: [addSync, restrictToOwner, ...(options.preRun ?? [])],
    })
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

function restrictToOwner(module: object): void {
  const { FS, NODEFS: layer } = module as Module
  const { mknod, setattr } = layer.node_ops
  const { setattr: setStreamAttributes } = layer.stream_ops
  layer.node_ops.mknod = (parent, name, mode, device) => {
    const node = mknod(parent, name, mode & OWNER, device)
    // The umask may have removed permissions of the owner.
    chmodSync(layer.realPath(node), FS.isDir(mode) ? OWN_FOLDER : OWN_FILE)
    return node
  }
  layer.node_ops.setattr = (node, attributes) => setattr(node, ownerOnly(attributes))
  layer.stream_ops.setattr = (stream, attributes) =>
    setStreamAttributes(stream, ownerOnly(attributes))
}

const ownerOnly = (attributes: Attributes): Attributes =>
  typeof attributes.mode === 'number'
    ? { ...attributes, mode: attributes.mode & OWNER }
    : attributes

/**
 * Start parameters of PostgreSQL. `-F`, which turns fsync off, is left out. Of the ways to sync the
 * log only `fsync` passes through the file layer. Old log is kept for reuse up to `max_wal_size`,
 * which is 1 GB by default.
 */
export const DURABLE_START = [
  ...PGlite.defaultStartParams.filter(parameter => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'max_wal_size=128MB',
]
