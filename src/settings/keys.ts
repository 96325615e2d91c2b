// The text forms of keys: separated by commas in a flag or variable, or one a line in a file.

import type { KeySet, ReadKey, StoreKey } from '../http/index.js'
import { isStoreName } from '../terms/index.js'
import { ConfigError, type ReadSetting } from './setting.js'

const KEY = /^[\x21-\x7e]+$/
/** Stores and a key. A store's name has no colon; a key may have some. */
const STORE_KEY = /^([^:]+):([\x21-\x7e]+)$/
const READ_WORD = /^read[ \t]+/

const split = (text: string): readonly string[] => text.split(',').filter(part => part !== '')

export function readKeys(text: string): ReadSetting<readonly string[]> {
  const keys = split(text)
  const isPrintable = keys.every(key => KEY.test(key))
  return isPrintable ? { value: keys } : { expected: 'keys of visible ASCII, without spaces' }
}

export function readStoreKeys(text: string): ReadSetting<readonly StoreKey[]> {
  const parts = split(text)
  const keys = parts.flatMap(part => toStoreKey(part) ?? [])
  if (keys.length < parts.length) {
    return { expected: 'stores and a key, such as `acme:key` or `acme+globex:key`, by commas' }
  }
  return isOnce(keys)
    ? { value: keys }
    : { expected: 'each key once, with all of its stores before it' }
}

export function readReadKeys(text: string): ReadSetting<readonly ReadKey[]> {
  const parts = split(text)
  const keys = parts.flatMap(part => toReadKey(part) ?? [])
  if (keys.length < parts.length) {
    return { expected: 'keys, with or without stores: `key`, `acme+globex:key`, by commas' }
  }
  return isOnce(keys)
    ? { value: keys }
    : { expected: 'each key once, with all of its stores before it' }
}

/**
 * Reads a file of keys. A line is `key` or `store+store:key`, after the word `read` for a read-only
 * key. Empty lines and comments, which begin with `#`, are skipped.
 * @throws ConfigError with the number of each wrong line, never its content
 */
export function readKeyLines(text: string, keyCharactersMin: number): KeySet {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  const entries = lines.map(({ line, number }) => {
    const readsOnly = READ_WORD.test(line)
    return { number, readsOnly, entry: toReadKey(line.replace(READ_WORD, '')) }
  })
  const seen = new Set<string>()
  const faults = entries.flatMap(({ number, entry }) => {
    const fault = faultOf(entry, seen, keyCharactersMin)
    return fault === null ? [] : [`line ${number}: expected ${fault}`]
  })
  if (faults.length > 0) throw new ConfigError(faults.join('; '))
  const keys = entries.flatMap(({ entry, readsOnly }) => (entry ? [{ ...entry, readsOnly }] : []))
  const writing = keys.filter(({ readsOnly }) => !readsOnly)
  return {
    keys: writing.flatMap(({ key, stores }) => (stores === null ? [key] : [])),
    storeKeys: writing.flatMap(({ key, stores }) => (stores === null ? [] : [{ key, stores }])),
    readKeys: keys.flatMap(({ key, stores, readsOnly }) => (readsOnly ? [{ key, stores }] : [])),
  }
}

function faultOf(
  entry: ReadKey | null,
  seen: Set<string>,
  keyCharactersMin: number,
): string | null {
  if (entry === null) return 'a key of visible ASCII, `store+store:key`, or `read` and either'
  if (seen.has(entry.key)) return 'a key that no line before it has'
  seen.add(entry.key)
  return entry.key.length < keyCharactersMin
    ? `a key of ${keyCharactersMin} characters or more`
    : null
}

/** Joins several sets of keys. @throws ConfigError for a key with bounds that occurs twice */
export function joinKeys(...sets: readonly KeySet[]): Required<KeySet> {
  const all = {
    keys: sets.flatMap(({ keys }) => keys),
    storeKeys: sets.flatMap(({ storeKeys = [] }) => storeKeys),
    readKeys: sets.flatMap(({ readKeys = [] }) => readKeys),
  }
  // If a key also occurred with wider rights, its bounds would have no effect.
  const bounded = [...all.storeKeys, ...all.readKeys].map(({ key }) => key)
  if (new Set(bounded).size < bounded.length || bounded.some(key => all.keys.includes(key))) {
    throw new ConfigError(
      '--store-keys, --read-keys, --keys-file: expected keys that --keys does not have, each once',
    )
  }
  return all
}

/** @throws ConfigError when a key is shorter than `min` characters */
export function requireLength({ keys, storeKeys = [], readKeys = [] }: KeySet, min: number): void {
  const bounded = [...storeKeys, ...readKeys].map(({ key }) => key)
  if ([...keys, ...bounded].every(key => key.length >= min)) return
  throw new ConfigError(
    `expected keys of ${min} characters or more, such as \`openssl rand -hex 24\` makes`,
  )
}

function toStoreKey(text: string): StoreKey | null {
  const [, names = '', key = ''] = STORE_KEY.exec(text) ?? []
  const stores = names.split('+')
  return stores.every(isStoreName) ? { key, stores } : null
}

/** The read key, or null. A wrong store before a colon must not make a key for all stores. */
function toReadKey(text: string): ReadKey | null {
  if (text.includes(':')) return toStoreKey(text)
  return KEY.test(text) ? { key: text, stores: null } : null
}

const isOnce = (keys: readonly ReadKey[]): boolean =>
  new Set(keys.map(({ key }) => key)).size === keys.length
