// The permissions of an embedded database's files: only their owner may read them. New files are
// created that way (durableFs.ts). A folder that an older version has left open to other users is
// restricted here.

import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { unavailable } from './sqlstate.js'

export const OWN_FOLDER = 0o700
export const OWN_FILE = 0o600
const STICKY = 0o1000
const OTHERS = 0o077
const OTHERS_WRITE = 0o022

/** A function that takes a notice for the operator. */
export type Notice = (text: string) => void

/**
 * Restricts the folder itself to its owner.
 * @throws Refusal `storage-unavailable` for a folder that belongs to another user, or that many
 *   users share
 */
export function closeFolder(folder: string, notice: Notice): void {
  const found = lstatSync(resolve(folder, '.'))
  const me = process.getuid?.()
  if (me === undefined) return
  if ((found.mode & STICKY) !== 0) {
    throw refused(folder, 'is a place that many share, expected a folder of its own')
  }
  if (found.uid !== me && me !== 0) {
    throw refused(folder, `belongs to the user ${found.uid}, expected one of this user's own`)
  }
  if (found.uid !== me)
    notice(`the folder \`${folder}\` belongs to the user ${found.uid}, who can change it`)
  if ((found.mode & 0o777) !== OWN_FOLDER) chmodSync(folder, OWN_FOLDER)
  if ((found.mode & OTHERS) !== 0) {
    notice(`the folder \`${folder}\` was open to other users (${print(found)}), and is closed now`)
  }
  const parent = lstatSync(dirname(resolve(folder)))
  if ((parent.mode & OTHERS_WRITE) !== 0 && (parent.mode & STICKY) === 0) {
    notice(`other users can write to the folder that \`${folder}\` is in, and so replace it`)
  }
}

/**
 * Restricts the entries of the folder with these names, and everything below them, to the owner.
 */
export function closeFiles(folder: string, names: readonly string[], notice: Notice): void {
  const open = names.flatMap(name => closeTree(join(folder, name)))
  if (open.length === 0) return
  notice(`${open.length} files below \`${folder}\` were open to other users, and are closed now`)
  const still = open.filter(path => (lookAt(path)?.mode ?? 0) & OTHERS)
  if (still.length > 0) notice(`the file system keeps ${still.length} of them open`)
}

/**
 * Restricts everything at and below the path. Returns the paths that were open. Links are left
 * alone, as they lead elsewhere.
 */
function closeTree(path: string): readonly string[] {
  const found = lookAt(path)
  if (found === null || found.isSymbolicLink()) return []
  const isOpen = (found.mode & OTHERS) !== 0
  if (isOpen) chmodSync(path, found.isDirectory() ? OWN_FOLDER : OWN_FILE)
  const inside = found.isDirectory() ? readdirSync(path) : []
  return [...(isOpen ? [path] : []), ...inside.flatMap(name => closeTree(join(path, name)))]
}

function lookAt(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const print = ({ mode }: Stats): string => `0${(mode & 0o777).toString(8)}`

const refused = (folder: string, why: string) =>
  unavailable('its folder cannot be used', `the folder \`${folder}\` ${why}`)
