// The keys of the service, joined from flags, variables and the file of keys.

import { readFileSync } from 'node:fs'
import type { KeySet } from '../http/index.js'
import { ConfigError, joinKeys, readKeyLines } from '../settings/index.js'

interface KeySources extends KeySet {
  readonly keysFile: string | null
}

/**
 * @param keyCharactersMin least length of keys in the file
 * @throws ConfigError for an unreadable file or a wrong line; its message contains no key
 */
export function readAllKeys(sources: KeySources, keyCharactersMin: number): KeySet {
  const { keysFile } = sources
  if (keysFile === null) return joinKeys(sources)
  try {
    const all = joinKeys(sources, readKeyLines(readFileSync(keysFile, 'utf8'), keyCharactersMin))
    if (all.keys.length + all.storeKeys.length + all.readKeys.length > 0) return all
    throw new ConfigError('expected a key')
  } catch (error) {
    throw new ConfigError(`--keys-file \`${keysFile}\`: ${(error as Error).message}`)
  }
}
