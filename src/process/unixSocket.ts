// A Unix socket as the place where HTTP is served. It is made in a folder that only its owner enters,
// given its mode there, and linked to its place as a whole; so nobody finds it more open than it is to
// be. A socket that nobody answers at any more is replaced; one that is alive, and whatever else is in
// its place, stays.

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

/** The place once it is taken; gives it up. */
export type HeldPath = () => void

/**
 * @param listen listens to the path that it is given
 * @throws ConfigError when the path is in use, or cannot be had
 */
export async function listenAt(
  path: string,
  mode: number,
  listen: (path: string) => Promise<unknown>,
): Promise<HeldPath> {
  requireSocket(path)
  const folder = makeFolder(path)
  const draft = join(folder, 's')
  try {
    await listen(draft).catch(error => {
      throw refused(path, (error as Error).message)
    })
    chmodSync(draft, mode)
    const own = lstatSync(draft)
    if (!link(draft, path)) {
      await removeStale(path, join(folder, 'old'))
      if (!link(draft, path)) throw inUse(path)
    }
    return () => {
      if (isSame(lookAt(path), own)) rmSync(path, { force: true })
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

/** Whether the place was free. */
function link(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw refused(path, (error as Error).message)
  }
}

/** Asked once more when it is out of the way: by then another may have put its own there. */
async function removeStale(path: string, aside: string): Promise<void> {
  if (await isAnswered(path)) throw inUse(path)
  requireSocket(path)
  renameSync(path, aside)
  if (!(await isAnswered(aside))) return
  renameSync(aside, path)
  throw inUse(path)
}

function requireSocket(path: string): void {
  const found = lookAt(path)
  if (found !== null && !found.isSocket()) {
    throw refused(path, 'there is something that is no socket, which is left alone')
  }
}

function lookAt(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw refused(path, (error as Error).message)
  }
}

const isSame = (found: Stats | null, own: Stats): boolean =>
  found !== null && found.ino === own.ino && found.dev === own.dev

/** One that cannot be asked, or is too busy to take us, is not free. */
function isAnswered(path: string): Promise<boolean> {
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
