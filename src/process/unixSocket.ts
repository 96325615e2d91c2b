// A Unix socket at which HTTP is served. It is created in a folder that only its owner can enter,
// gets its mode there, and is then linked to its path; so it is never accessible with a wider mode.
// An old socket at the path that nobody listens on is replaced. A live socket, or any other file,
// stays.

import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { ConfigError } from '../settings/index.js'

/** Removes the socket from its path. */
type ReleasePath = () => void

/**
 * Listens on a Unix socket at the path.
 * @param listen listens at the path that it receives
 * @throws ConfigError when the path is in use or not usable
 */
export async function listenAt(
  path: string,
  mode: number,
  listen: (path: string) => Promise<unknown>,
): Promise<ReleasePath> {
  requireSocket(path)
  const folder = makeFolder(path)
  const staged = join(folder, 's')
  try {
    await listen(staged).catch(error => {
      throw refused(path, (error as Error).message)
    })
    chmodSync(staged, mode)
    const own = lstatSync(staged)
    if (!link(staged, path)) {
      await removeStale(path, join(folder, 'old'))
      if (!link(staged, path)) throw inUse(path)
    }
    return () => {
      if (isSame(statOf(path), own)) rmSync(path, { force: true })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeFolder(path: string): string {
  try {
    return mkdtempSync(`${dirname(path)}/.`)
  } catch (error) {
    throw refused(path, (error as Error).message)
  }
}

/** Links the socket to the path. Returns false if something is there already. */
function link(staged: string, path: string): boolean {
  try {
    linkSync(staged, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw refused(path, (error as Error).message)
  }
}

/**
 * Moves a stale socket aside. It is probed again afterwards, since another process may have
 * replaced it by a live one after the first probe; then it is moved back.
 */
async function removeStale(path: string, aside: string): Promise<void> {
  if (await isAlive(path)) throw inUse(path)
  requireSocket(path)
  renameSync(path, aside)
  if (!(await isAlive(aside))) return
  renameSync(aside, path)
  throw inUse(path)
}

function requireSocket(path: string): void {
  const found = statOf(path)
  if (found !== null && !found.isSocket()) {
    throw refused(path, 'there is something that is no socket, which is left alone')
  }
}

function statOf(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw refused(path, (error as Error).message)
  }
}

const isSame = (found: Stats | null, own: Stats): boolean =>
  found !== null && found.ino === own.ino && found.dev === own.dev

/**
 * Whether somebody listens at the socket. One that cannot be probed, or is too busy, counts too.
 */
function isAlive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}

const inUse = (path: string): ConfigError =>
  refused(path, 'another process serves at it, expected a path that is free')

const refused = (path: string, why: string): ConfigError =>
  new ConfigError(`--http-addr: cannot serve at \`unix:${path}\`: ${why}`)
