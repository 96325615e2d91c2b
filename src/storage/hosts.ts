// The servers that a datastore's URL names, separated by commas as in libpq. One of them is the
// primary, and another may take over. When a connection fails, or finds a standby, all later
// connections go to the next host.

import pg from 'pg'
import { Refusal } from '../terms/index.js'
import { toSafeInteger } from './integer.js'

/** The time limit on connecting, ms. */
const CONNECT_WAIT_MS = 5000

/**
 * The parts of a URL with several hosts: `postgres://user@`, `host:1,host:2`,
 * `/database?with=options`.
 */
const SEVERAL_HOSTS = /^(\w+:\/\/(?:[^@/?]*@)?)([^/?@]+,[^/?@]+)(.*)$/s

export class Hosts {
  readonly #configs: readonly pg.ClientConfig[]
  #turn = 0

  /**
   * @throws Refusal `invalid-argument`, which does not repeat the URL, as it may hold a password
   */
  constructor(url: string) {
    const [, before = '', hosts = url, after = ''] = SEVERAL_HOSTS.exec(url) ?? []
    const urls = before === '' ? [url] : hosts.split(',').map(host => before + host + after)
    this.#configs = urls.map(toClientConfig)
  }

  /** The number of hosts. */
  get count(): number {
    return this.#configs.length
  }

  /** The host to connect to now. */
  get present(): pg.ClientConfig {
    return this.#configs[this.#turn % this.#configs.length]
  }

  /**
   * Moves on from the host to the next. Does nothing if an earlier caller has moved on from it
   * already.
   */
  pass(config: pg.ClientConfig): void {
    if (config === this.present) this.#turn++
  }
}

/**
 * Returns the configuration that all clients share: bigint columns as numbers, and a time limit on
 * connecting.
 */
function toClientConfig(url: string): pg.ClientConfig {
  const config: pg.ClientConfig = {
    connectionString: url,
    fallback_application_name: 'pemba',
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
    types: { getTypeParser },
  }
  try {
    new pg.Client(config)
    return config
  } catch {
    throw new Refusal(
      'invalid-argument',
      'malformed datastore: expected `postgres://user@host/database`',
    )
  }
}

const getTypeParser = ((oid: number, format?: 'text') =>
  oid === pg.types.builtins.INT8
    ? toSafeInteger
    : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser
