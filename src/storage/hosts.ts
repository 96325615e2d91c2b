// The servers that a datastore's URL names: several by commas, as libpq has it. One of them is the
// primary, which another may become. Whoever cannot connect, or finds a standby, passes on to the next
// for everybody.

import pg from 'pg'
import { Refusal } from '../terms/index.js'
import { toSafeInteger } from './integer.js'

const CONNECT_WAIT_MS = 5000

/** `postgres://user@`, `host:1,host:2`, `/database?with=options`. */
const SEVERAL = /^(\w+:\/\/(?:[^@/?]*@)?)([^/?@]+,[^/?@]+)(.*)$/s

export class Hosts {
  readonly #configs: readonly pg.ClientConfig[]
  #turn = 0

  /** @throws Refusal `invalid-argument` that does not repeat the URL, for it may hold a password */
  constructor(url: string) {
    const [, before = '', hosts = url, after = ''] = SEVERAL.exec(url) ?? []
    const urls = before === '' ? [url] : hosts.split(',').map(host => before + host + after)
    this.#configs = urls.map(toClientConfig)
  }

  get count(): number {
    return this.#configs.length
  }

  /** Where to connect to now. */
  get present(): pg.ClientConfig {
    return this.#configs[this.#turn % this.#configs.length]
  }

  /** There is no going on with this one. Who notices late passes nobody over. */
  pass(config: pg.ClientConfig): void {
    if (config === this.present) this.#turn++
  }
}

/** What all our clients share: bigint columns as numbers, and a bound on connecting. */
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
