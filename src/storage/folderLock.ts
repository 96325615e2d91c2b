// The lock that lets only one process open a folder. PGlite has no lock of its own, and two
// processes would silently destroy each other's writes. The lock is a listening socket, which
// disappears with its holder however that ends.
// It has up to two names. The abstract name (Linux) is exact, but known only within one network
// namespace. The socket file in the folder is seen by every container that shares the volume, but
// outlives its holder; one at which nobody answers is therefore taken over. If either name is
// taken, the folder is refused.

import { createHash } from 'node:crypto'
import { chmodSync, realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join, relative } from 'node:path'
import { OWN_FILE } from './modes.js'
import { unavailable } from './sqlstate.js'

/** A function that frees the folder. */
export type FolderLock = () => Promise<void>

/**
 * Locks the folder.
 * @throws Refusal `storage-unavailable` when another process, or this one, holds the folder
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const held: Server[] = []
  const free = async () => {
    await Promise.all(held.map(server => new Promise(resolve => server.close(resolve))))
  }
  let obstacle: unknown = null
  for (const name of namesOf(realpathSync(folder))) {
    try {
      held.push(await claim(name))
    } catch (error) {
      if (isTaken(error)) {
        await free()
        throw unavailable(
          'its folder is in use',
          `the folder \`${folder}\` is in use by another process`,
        )
      }
      // Not every file system can hold a socket; one name is enough.
      obstacle = error
    }
  }
  if (held.length === 0) {
    const detail = `the folder \`${folder}\` cannot be locked: ${obstacle}`
    throw unavailable('its folder cannot be locked', detail)
  }
  return free
}

function namesOf(path: string): readonly string[] {
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 32)
  if (process.platform === 'win32') return [`\\\\.\\pipe\\pemba-${digest}`]
  const file = join(path, 'lock')
  const relativePath = relative(process.cwd(), file)
  // The name of a socket has at most about a hundred bytes. The path relative to the working
  // directory may be shorter.
  const shortest = relativePath.length < file.length ? relativePath : file
  return process.platform === 'linux' ? [`\0pemba-${digest}`, shortest] : [shortest]
}

async function claim(name: string): Promise<Server> {
  try {
    return await listen(name)
  } catch (error) {
    if (!isTaken(error) || (await isAnswered(name))) throw error
    rmSync(name, { force: true })
    return listen(name)
  }
}

function listen(name: string): Promise<Server> {
  const server = createServer(socket => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(name, () => {
      if (!isAbstract(name)) chmodSync(name, OWN_FILE)
      resolve(server.unref())
    })
  })
}

/** Whether the name is no file: an abstract name of Linux, or a named pipe of Windows. */
const isAbstract = (name: string): boolean => /^(\0|\\\\)/.test(name)

function isAnswered(name: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(name, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
