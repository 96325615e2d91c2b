// The keys that requests may carry, as flags, variables and the file of keys together give them.

import { readFileSync } from 'node:fs'
import type { KeySet } from '../http/index.js'
import { ConfigError, joinKeys, readKeyLines } from '../settings/index.js'

export interface KeySources extends KeySet {
  readonly keysFile: string | null
}

/**
 * @param keyCharactersMin of keys in the file
 * @throws ConfigError for a file that cannot be read, or a line that is wrong; it tells no key
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
