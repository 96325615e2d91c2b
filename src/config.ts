// The settings: one table makes the flags, the environment variables, `--help`, the README's section
// and the validation. A flag wins over its variable, a variable over the default.

import { parseArgs } from 'node:util'
import type { GraphMode } from './engine/index.js'
import { REDIS_FORMS, readRedisPlace } from './rows/index.js'
import { isStoreName, limits } from './terms/index.js'

/** How one setting is called, written and read. */
interface Setting<T> {
  readonly flag: string
  readonly variable: string
  /** What a value looks like, for people. */
  readonly form: string
  readonly fallback: string
  readonly sentence: string
  /** Whether a value may hold a secret: then it is never printed. */
  readonly secret: boolean
  /** The value, or what was expected instead. */
  readonly read: (text: string) => { readonly value: T } | { readonly expected: string }
}

/** As the HTTP server listens to it. */
type Address = { readonly host: string; readonly port: number } | { readonly path: string }

/** How the graphs of stores are held, by the names of stores, and of those that have no entry. */
interface GraphModes {
  readonly byStore: ReadonlyMap<string, GraphMode>
  readonly others: GraphMode
}

/** A key with the names of the stores that it opens. */
interface StoreKey {
  readonly key: string
  readonly stores: readonly string[]
}

const setting = <T>(entry: Setting<T>): Setting<T> => entry

const GRAPH_MODES: readonly GraphMode[] = ['resident', 'on-demand', 'auto']
const MIB = 2 ** 20
const POSTGRES = /^postgres(ql)?:\/\/.+$/s
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

export const settings = {
  httpAddr: setting<Address>({
    flag: 'http-addr',
    variable: 'PEMBA_HTTP_ADDR',
    form: 'host:port | unix:path',
    fallback: '127.0.0.1:8443',
    sentence: 'Where HTTP is served; port 0 takes a free one, a path is a Unix socket.',
    secret: false,
    read: readAddress,
  }),
  keys: setting<readonly string[]>({
    flag: 'keys',
    variable: 'PEMBA_KEYS',
    form: 'key[,key…]',
    fallback: '',
    sentence: 'Keys that requests may carry as `Authorization: Bearer <key>`, any of them.',
    secret: true,
    read: readKeys,
  }),
  storeKeys: setting<readonly StoreKey[]>({
    flag: 'store-keys',
    variable: 'PEMBA_STORE_KEYS',
    form: 'store[+store…]:key[,…]',
    fallback: '',
    sentence:
      'Keys that open only the stores before them: `acme:k3,acme+globex:k4`. The keys above open all, and create and delete them.',
    secret: true,
    read: readStoreKeys,
  }),
  datastore: setting<string>({
    flag: 'datastore',
    variable: 'PEMBA_DATASTORE',
    form: 'embedded:folder | postgres://…',
    fallback: 'embedded:./data',
    sentence:
      'Where relationships are kept; of several hosts, as in `postgres://a,b/db`, the primary is found.',
    secret: true,
    read: text =>
      /^embedded:.+$/s.test(text) || POSTGRES.test(text)
        ? { value: text }
        : { expected: '`embedded:<folder>` or `postgres://…`' },
  }),
  replicas: setting<readonly string[]>({
    flag: 'replicas',
    variable: 'PEMBA_REPLICAS',
    form: 'postgres://…[,…]',
    fallback: '',
    sentence:
      'Standbys of the datastore to read from, if the graph is looked up. Any may be behind, or away.',
    secret: true,
    read: text => {
      const value = text === '' ? [] : text.split(/,(?=\w+:\/\/)/)
      return value.every(url => POSTGRES.test(url))
        ? { value }
        : { expected: '`postgres://…`, or several by commas' }
    },
  }),
  graph: setting<GraphModes>({
    flag: 'graph',
    variable: 'PEMBA_GRAPH',
    form: `${GRAPH_MODES.join(' | ')}[,store[+store…]:mode…]`,
    fallback: 'resident',
    sentence:
      'Whether the graph of a store is held in memory as a whole, looked up as questions need it, or held as long as it fits; of some stores otherwise than of the rest: `auto,acme+globex:on-demand`.',
    secret: false,
    read: readGraphModes,
  }),
  graphMemory: setting<number>({
    flag: 'graph-memory',
    variable: 'PEMBA_GRAPH_MEMORY',
    form: 'number of MiB',
    fallback: `${limits.graphBytesMax / MIB}`,
    sentence:
      'Room for the graph of a store in memory, if the graph is auto; larger ones are looked up.',
    secret: false,
    read: readMemory,
  }),
  rowMemory: setting<number>({
    flag: 'row-memory',
    variable: 'PEMBA_ROW_MEMORY',
    form: 'number of MiB',
    fallback: `${limits.rowCacheBytesMax / MIB}`,
    sentence: 'Room for what is kept in memory of graphs that are looked up, of all stores.',
    secret: false,
    read: readMemory,
  }),
  redis: setting<string | null>({
    flag: 'redis',
    variable: 'PEMBA_REDIS',
    form: 'redis://… | redis-cluster://… | redis-sentinel://…',
    fallback: '',
    sentence:
      'A Redis in which nodes share what they have looked up, if the graph is looked up. It may be lost at any time.',
    secret: true,
    read: text => {
      if (text === '') return { value: null }
      return readRedisPlace(text) === null ? { expected: REDIS_FORMS } : { value: text }
    },
  }),
  retention: setting<number>({
    flag: 'retention',
    variable: 'PEMBA_RETENTION',
    form: 'number of s, m, h or d',
    fallback: '24h',
    sentence: 'How long past revisions can still be asked for.',
    secret: false,
    read: readDuration,
  }),
  shutdownGrace: setting<number>({
    flag: 'shutdown-grace',
    variable: 'PEMBA_SHUTDOWN_GRACE',
    form: 'number of s, m, h or d',
    fallback: '0s',
    sentence:
      'How long a node that is told to stop goes on answering, while `/readyz` says that it is about to.',
    secret: false,
    read: readDuration,
  }),
  logLevel: setting<string>({
    flag: 'log-level',
    variable: 'PEMBA_LOG_LEVEL',
    form: LEVELS.join(' | '),
    fallback: 'info',
    sentence: 'The least severe log lines that are written, as JSON, to standard error.',
    secret: false,
    read: text =>
      LEVELS.includes(text) ? { value: text } : { expected: `one of ${LEVELS.join(', ')}` },
  }),
} as const

type Values<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never }
export type Config = Values<typeof settings>

/** Settings that cannot be used, each with where it came from and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** @throws ConfigError that lists every setting that is wrong */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const flags = readFlags(args)
  const faults: string[] = []
  const config: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries<Setting<unknown>>(settings)) {
    const fromFlag = flags[entry.flag]
    const source = fromFlag === undefined ? entry.variable : `--${entry.flag}`
    const text = fromFlag ?? environment[entry.variable] ?? entry.fallback
    const result = entry.read(text)
    if ('value' in result) config[name] = result.value
    else faults.push(`${source}: ${found(entry, text)}expected ${result.expected}`)
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  requireApart(config as unknown as Config)
  return config as unknown as Config
}

/** A key that opened all stores by one setting would make the other's bounds a mistake. */
function requireApart({ keys, storeKeys }: Config): void {
  if (!storeKeys.some(({ key }) => keys.includes(key))) return
  const { flag, variable } = settings.storeKeys
  throw new ConfigError(`--${flag} or ${variable}: expected keys that --keys does not have`)
}

const found = (entry: Setting<unknown>, text: string): string =>
  entry.secret ? '' : `found \`${text}\`, `

function readFlags(args: readonly string[]): Readonly<Record<string, string | undefined>> {
  const options = Object.fromEntries(
    Object.values(settings).map(({ flag }) => [flag, { type: 'string' } as const]),
  )
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Record<string, string>
  } catch (error) {
    throw new ConfigError((error as Error).message)
  }
}

function readAddress(text: string): { value: Address } | { expected: string } {
  if (/^unix:.+/.test(text)) return { value: { path: text.slice('unix:'.length) } }
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  if (parts === null || Number(parts[3]) > 65_535) return { expected: '`host:port` or `unix:path`' }
  return { value: { host: parts[1] ?? (parts[2] || '0.0.0.0'), port: Number(parts[3]) } }
}

function readMemory(text: string): { value: number } | { expected: string } {
  return /^[1-9]\d{0,6}$/.test(text)
    ? { value: Number(text) * MIB }
    : { expected: 'a whole number of MiB, from 1 to 9999999' }
}

function readGraphModes(text: string): { value: GraphModes } | { expected: string } {
  const byStore = new Map<string, GraphMode>()
  const others: GraphMode[] = []
  for (const part of text.split(',')) {
    const [, names, word] = /^(?:([^:]+):)?([^:]+)$/.exec(part) ?? []
    const mode = GRAPH_MODES.find(each => each === word)
    if (mode === undefined) return { expected: `one of ${GRAPH_MODES.join(', ')}` }
    if (names === undefined) others.push(mode)
    for (const name of names?.split('+') ?? []) {
      if (!isStoreName(name)) return { expected: 'names of stores before a mode: `acme:auto`' }
      if (byStore.has(name)) return { expected: 'each store once' }
      byStore.set(name, mode)
    }
  }
  if (others.length !== 1) return { expected: 'one mode of all other stores: `auto,acme:resident`' }
  return { value: { byStore, others: others[0] } }
}

function readKeys(text: string): { value: readonly string[] } | { expected: string } {
  const keys = text.split(',').filter(key => key !== '')
  const isPrintable = keys.every(key => /^[\x21-\x7e]+$/.test(key))
  return isPrintable ? { value: keys } : { expected: 'keys of visible ASCII, without spaces' }
}

/** A store's name has no colon, a key may have some. */
const STORE_KEY = /^([^:]+):([\x21-\x7e]+)$/

function readStoreKeys(text: string): { value: readonly StoreKey[] } | { expected: string } {
  const parts = text.split(',').filter(part => part !== '')
  const keys = parts.flatMap(part => {
    const [, names = '', key = ''] = STORE_KEY.exec(part) ?? []
    const stores = names.split('+')
    return stores.every(isStoreName) ? [{ key, stores }] : []
  })
  if (keys.length < parts.length) {
    return { expected: 'stores and a key, such as `acme:key` or `acme+globex:key`, by commas' }
  }
  const isOnce = new Set(keys.map(({ key }) => key)).size === keys.length
  return isOnce ? { value: keys } : { expected: 'each key once, with all of its stores before it' }
}

function readDuration(text: string): { value: number } | { expected: string } {
  const parts = /^(\d{1,6})([smhd])$/.exec(text)
  if (parts === null) return { expected: 'a duration such as `90m`, `24h` or `30d`' }
  return { value: Number(parts[1]) * DURATION_UNITS_MS[parts[2]] }
}

/** The settings as lines for `--help` and for the README. */
export function describeSettings(): string {
  return Object.values<Setting<unknown>>(settings)
    .map(({ flag, variable, form, fallback, sentence }) => {
      const given = fallback === '' ? '' : ` [${fallback}]`
      return `  --${flag} <${form}>${given}\n      ${variable}: ${sentence}`
    })
    .join('\n')
}
