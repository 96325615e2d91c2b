// PGlite's files, made durable and private. PGlite runs PostgreSQL with fsync off over a file layer
// that has no fsync at all; here the layer gets one, and PostgreSQL is told to use it, so that an
// acknowledged commit has reached the disk and survives a power cut. The layer also sets modes itself,
// open to everybody, which no umask takes back: here it sets those of the owner alone.
//
// The hooks are in PGlite's inner parts and move between versions: the version is pinned exactly, and
// tests count the calls and look at the modes.

import { chmodSync, fdatasyncSync, mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { OWN_FILE, OWN_FOLDER } from './modes.js'

/** A file or a folder, as the layer knows it. */
interface FileNode {
  readonly mode: number
}

/** What is to be changed of one. */
interface Attributes {
  readonly mode?: number | null
}

type SetAttributes<Target> = (target: Target, attributes: Attributes) => void

/** What we touch of the file layer; files and folders are open under a descriptor of ours. */
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

/** All bits of a mode but those of the group and of others. */
const OWNER = ~0o077
/** The layer's number for EIO; PostgreSQL stops at once when a sync fails. */
const IO_ERROR = 29

export class DurableFs extends NodeFS {
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, OWN_FOLDER)
    super(folder)
  }

  override async init(...[pglite, options]: Parameters<NodeFS['init']>) {
    // Before the inherited steps: one of them mounts the layer and takes over what it can do.
    return super.init(pglite, {
      ...options,
      preRun: [addSync, closeToOthers, ...(options.preRun ?? [])],
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

function closeToOthers(module: object): void {
  const { FS, NODEFS: layer } = module as Module
  const { mknod, setattr } = layer.node_ops
  const { setattr: setOpenAttr } = layer.stream_ops
  layer.node_ops.mknod = (parent, name, mode, device) => {
    const node = mknod(parent, name, mode & OWNER, device)
    // Whatever the umask takes away of the owner's own.
    chmodSync(layer.realPath(node), FS.isDir(mode) ? OWN_FOLDER : OWN_FILE)
    return node
  }
  layer.node_ops.setattr = (node, attributes) => setattr(node, owned(attributes))
  layer.stream_ops.setattr = (stream, attributes) => setOpenAttr(stream, owned(attributes))
}

const owned = (attributes: Attributes): Attributes =>
  typeof attributes.mode === 'number'
    ? { ...attributes, mode: attributes.mode & OWNER }
    : attributes

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
