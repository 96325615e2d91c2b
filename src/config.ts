// The settings. One table defines the flags, the environment variables, their validation, `--help`
// and the table in `docs/operations.md`.

import type { ReadKey, StoreKey } from './http/index.js'
import { REDIS_FORMS, readRedisPlace } from './rows/index.js'
import {
  type Address,
  ConfigError,
  describe,
  GRAPH_MODES,
  type GraphModes,
  holdsPassword,
  joinKeys,
  MIB,
  readAddress,
  readDatastore,
  readDuration,
  readGraphModes,
  readKeys,
  readMemory,
  readMode,
  readPath,
  readQuota,
  readReadKeys,
  readReplicas,
  readSettings,
  readStoreKeys,
  requireLength,
  setting,
  type Values,
} from './settings/index.js'
import { limits } from './terms/index.js'

export { ConfigError } from './settings/index.js'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

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
  httpSocketMode: setting<number>({
    flag: 'http-socket-mode',
    variable: 'PEMBA_HTTP_SOCKET_MODE',
    form: 'octal mode',
    fallback: '0600',
    sentence: 'Who may connect to a Unix socket, as `chmod` has it.',
    secret: false,
    read: readMode,
  }),
  tlsCert: setting<string | null>({
    flag: 'tls-cert',
    variable: 'PEMBA_TLS_CERT',
    form: 'path',
    fallback: '',
    sentence:
      'The certificate, with its chain, by which HTTP is served over TLS; as PEM. It is read ' +
      'again when it changes, and on SIGHUP.',
    secret: false,
    read: readPath,
  }),
  tlsKey: setting<string | null>({
    flag: 'tls-key',
    variable: 'PEMBA_TLS_KEY',
    form: 'path',
    fallback: '',
    sentence: 'The private key of the certificate, as PEM.',
    secret: false,
    read: readPath,
  }),
  tlsClientCa: setting<string | null>({
    flag: 'tls-client-ca',
    variable: 'PEMBA_TLS_CLIENT_CA',
    form: 'path',
    fallback: '',
    sentence:
      'Certificates, as PEM, one of which has to have signed the certificate of each client; ' +
      'without it clients need none.',
    secret: false,
    read: readPath,
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
      'Keys that open only the stores before them: `acme:k3,acme+globex:k4`. The keys above ' +
      'open all, and create and delete them.',
    secret: true,
    read: readStoreKeys,
  }),
  readKeys: setting<readonly ReadKey[]>({
    flag: 'read-keys',
    variable: 'PEMBA_READ_KEYS',
    form: '[store[+store…]:]key[,…]',
    fallback: '',
    sentence: 'Keys that can only read, in all stores or in those before them.',
    secret: true,
    read: readReadKeys,
  }),
  keysFile: setting<string | null>({
    flag: 'keys-file',
    variable: 'PEMBA_KEYS_FILE',
    form: 'path',
    fallback: '',
    sentence:
      'A file of further keys: in each line `key` or `store+store:key`, `read` before those ' +
      'that can only read, `#` before comments. It is read again when it changes, and on ' +
      'SIGHUP.',
    secret: false,
    read: readPath,
  }),
  datastore: setting<string>({
    flag: 'datastore',
    variable: 'PEMBA_DATASTORE',
    form: 'embedded:folder | postgres://…',
    fallback: 'embedded:./data',
    sentence:
      'Where relationships are kept; of several hosts, as in `postgres://a,b/db`, the primary ' +
      'is found.',
    secret: holdsPassword,
    file: true,
    read: readDatastore,
  }),
  replicas: setting<readonly string[]>({
    flag: 'replicas',
    variable: 'PEMBA_REPLICAS',
    form: 'postgres://…[,…]',
    fallback: '',
    sentence:
      'Standbys of the datastore to read from, if the graph is looked up. Any may be behind, ' +
      'or away.',
    secret: holdsPassword,
    file: true,
    read: readReplicas,
  }),
  graph: setting<GraphModes>({
    flag: 'graph',
    variable: 'PEMBA_GRAPH',
    form: `${GRAPH_MODES.join(' | ')}[,store[+store…]:mode…]`,
    fallback: 'resident',
    sentence:
      'Whether the graph of a store is held in memory as a whole, looked up as questions need ' +
      'it, or held as long as it fits; of some stores otherwise than of the rest: ' +
      '`auto,acme+globex:on-demand`.',
    secret: false,
    read: readGraphModes,
  }),
  graphMemory: setting<number>({
    flag: 'graph-memory',
    variable: 'PEMBA_GRAPH_MEMORY',
    form: 'size',
    fallback: `${limits.graphBytesMax / MIB}`,
    sentence:
      'Room for the graph of a store in memory, if the graph is auto; larger ones are looked up.',
    secret: false,
    read: readMemory,
  }),
  memory: setting<number | null>({
    flag: 'memory',
    variable: 'PEMBA_MEMORY',
    form: 'size | half',
    fallback: 'half',
    sentence:
      'Room for the graphs of all stores that are held in memory, such as `512MiB` or `2GiB`; ' +
      'half of what the machine or the container has, without. Stores that do not fit are ' +
      'looked up.',
    secret: false,
    read: text => (text === 'half' ? { value: null } : readMemory(text)),
  }),
  storeQuota: setting<number | null>({
    flag: 'store-quota',
    variable: 'PEMBA_STORE_QUOTA',
    form: 'number | none',
    fallback: `${limits.storeQuota}`,
    sentence: 'Relationships that a new store may have, unless its creation says otherwise.',
    secret: false,
    read: readQuota,
  }),
  rowMemory: setting<number>({
    flag: 'row-memory',
    variable: 'PEMBA_ROW_MEMORY',
    form: 'size',
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
      'A Redis in which nodes share what they have looked up, if the graph is looked up. It ' +
      'may be lost at any time.',
    secret: holdsPassword,
    file: true,
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
      'How long a node that is told to stop goes on answering, while `/readyz` says that it ' +
      'is about to.',
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

export type Config = Values<typeof settings>

interface ReadOptions {
  /** Whether keys must have a minimum length, and secrets must not be flags. */
  readonly production?: boolean
}

/** Reads the configuration. @throws ConfigError that lists every wrong setting */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { production = false }: ReadOptions = {},
): Config {
  const sources = { args, environment, flagsMayBeSecret: !production }
  const config = readSettings(settings, sources)
  joinKeys(config)
  if (production) requireLength(config, limits.keyCharactersMin)
  if ((config.tlsCert === null) !== (config.tlsKey === null)) {
    throw new ConfigError('--tls-cert, --tls-key: expected both, or neither')
  }
  if (config.tlsClientCa !== null && config.tlsCert === null) {
    throw new ConfigError('--tls-client-ca: expected --tls-cert and --tls-key with it')
  }
  return config
}

/** The settings as lines for `--help` and for the documentation. */
export const describeSettings = (): string => describe(settings)
