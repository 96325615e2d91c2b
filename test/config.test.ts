// The settings: flags over variables over defaults, and refusals that say what was expected.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError, describeSettings, readConfig, settings } from '../src/config.js'

function fault(args: readonly string[], environment = {}, options = {}): string {
  try {
    readConfig(args, environment, options)
    return ''
  } catch (error) {
    return error instanceof ConfigError ? error.message : `not a ConfigError: ${error}`
  }
}

t.test('defaults serve loopback on an embedded store', async t => {
  t.strictSame(readConfig([], {}), {
    httpAddr: { host: '127.0.0.1', port: 8443 },
    httpSocketMode: 0o600,
    tlsCert: null,
    tlsKey: null,
    tlsClientCa: null,
    keys: [],
    storeKeys: [],
    readKeys: [],
    keysFile: null,
    datastore: 'embedded:./data',
    replicas: [],
    graph: { others: 'resident', byStore: new Map() },
    graphMemory: 2 ** 30,
    memory: null,
    storeQuota: 10_000_000,
    rowMemory: 2 ** 27,
    redis: null,
    retention: 86_400_000,
    shutdownGrace: 0,
    logLevel: 'info',
  })
})

t.test('a flag wins over its variable, a variable over the default', async t => {
  const environment = { PEMBA_LOG_LEVEL: 'warn', PEMBA_KEYS: 'a,b' }
  const config = readConfig(['--log-level', 'error'], environment)
  t.equal(config.logLevel, 'error')
  t.strictSame(config.keys, ['a', 'b'])
})

t.test('addresses: hosts, all interfaces, IPv6, sockets', async t => {
  const read = (text: string) => readConfig(['--http-addr', text], {}).httpAddr
  t.strictSame(read('localhost:0'), { host: 'localhost', port: 0 })
  t.strictSame(read(':80'), { host: '0.0.0.0', port: 80 })
  t.strictSame(read('[::1]:443'), { host: '::1', port: 443 })
  t.strictSame(read('unix:/run/pemba.sock'), { path: '/run/pemba.sock' })
})

t.test(
  'replicas are PostgreSQL URLs separated by commas, each with one host or several',
  async t => {
    const read = (text: string) => readConfig(['--replicas', text], {}).replicas
    t.strictSame(read('postgres://a/db'), ['postgres://a/db'])
    t.strictSame(read('postgres://u@a:1,b:2/db,postgresql://c/db'), [
      'postgres://u@a:1,b:2/db',
      'postgresql://c/db',
    ])
    for (const text of ['embedded:./data', 'postgres://', 'postgres://a/db,redis://b']) {
      t.match(fault(['--replicas', text]), /^--replicas: expected `postgres:/)
    }
  },
)

t.test('graphs have a mode, and those of some stores another', async t => {
  const read = (text: string) => readConfig(['--graph', text], {}).graph
  t.strictSame(read('auto'), { others: 'auto', byStore: new Map() })
  t.strictSame(read('acme+globex:on-demand,resident,other:auto'), {
    others: 'resident',
    byStore: new Map([
      ['acme', 'on-demand'],
      ['globex', 'on-demand'],
      ['other', 'auto'],
    ]),
  })
  const refused = {
    '': 'one of resident, on-demand, auto',
    fast: 'one of resident',
    'auto,acme:': 'one of resident',
    'auto,acme:b:resident': 'one of resident',
    'auto,:resident': 'one of resident',
    'auto,Acme:resident': 'names of stores before a mode',
    'auto,acme+:resident': 'names of stores before a mode',
    'auto,acme:resident,acme:auto': 'each store once',
    'acme:resident': 'one mode of all other stores',
    'auto,resident': 'one mode of all other stores',
  }
  for (const [text, expected] of Object.entries(refused)) {
    t.match(fault(['--graph', text]), `--graph: found \`${text}\`, expected ${expected}`)
  }
})

t.test('durations have a unit', async t => {
  const read = (text: string) => readConfig(['--retention', text], {}).retention
  t.strictSame(['90s', '5m', '2h', '30d'].map(read), [90_000, 300_000, 7_200_000, 2_592_000_000])
})

t.test('one error lists every wrong setting, with what was expected', async t => {
  const told = fault(['--http-addr', 'here', '--log-level', 'loud'], { PEMBA_RETENTION: '1 day' })
  t.match(told, '--http-addr: found `here`, expected `host:port`')
  t.match(told, '--log-level: found `loud`, expected one of trace')
  t.match(told, 'PEMBA_RETENTION: found `1 day`, expected a duration')
})

t.test('keys of some stores follow the names of the stores', async t => {
  const read = (text: string) => readConfig(['--store-keys', text], {}).storeKeys
  t.strictSame(read('acme:k3,acme+globex:k:4'), [
    { key: 'k3', stores: ['acme'] },
    { key: 'k:4', stores: ['acme', 'globex'] },
  ])
  for (const wrong of ['k3', ':k3', 'acme:', 'Acme:k3', 'acme+:k3', 'acme:k 3', 'a:k3,k4']) {
    t.match(fault(['--store-keys', wrong]), /^--store-keys: expected stores and a key/, wrong)
  }
  t.match(fault(['--store-keys', 'a:k,b:k']), '--store-keys: expected each key once')
  t.match(
    fault(['--store-keys', 'a:k', '--keys', 'j,k']),
    'expected keys that --keys does not have',
  )
})

t.test('keys that can only read may follow names of stores', async t => {
  const read = (text: string) => readConfig(['--read-keys', text], {}).readKeys
  t.strictSame(read('k3,acme+globex:k:4'), [
    { key: 'k3', stores: null },
    { key: 'k:4', stores: ['acme', 'globex'] },
  ])
  for (const wrong of [':k3', 'acme:', 'Acme:k3', 'acme+:k3', 'k 3']) {
    t.match(fault(['--read-keys', wrong]), /^--read-keys: expected keys, with or without/, wrong)
  }
  t.match(fault(['--read-keys', 'k,a:k']), '--read-keys: expected each key once')
  t.match(fault(['--read-keys', 'k', '--keys', 'k']), 'keys that --keys does not have')
  t.match(fault(['--read-keys', 'k', '--store-keys', 'a:k']), 'each once')
})

t.test('a file may contain a secret value', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-config-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'url')
  writeFileSync(path, 'postgres://me:secret@host/db\n')
  const url = 'postgres://me:secret@host/db'
  t.equal(readConfig(['--datastore-file', path], {}, { production: true }).datastore, url)
  t.equal(readConfig([], { PEMBA_DATASTORE_FILE: path }).datastore, url)
  t.equal(
    readConfig(['--datastore', 'embedded:x'], { PEMBA_DATASTORE_FILE: path }).datastore,
    'embedded:x',
  )
  t.strictSame(readConfig(['--replicas-file', path], {}).replicas, [url])
  t.match(fault(['--redis-file', path]), /^--redis-file: expected `redis:/)
  t.notMatch(fault(['--redis-file', path]), 'secret')
  t.match(fault(['--datastore', url, '--datastore-file', path]), 'not both')
  t.match(
    fault([], { PEMBA_REDIS_FILE: join(folder, 'none') }),
    /^PEMBA_REDIS_FILE: expected a file/,
  )
})

t.test('in production no secret is a flag, and keys are long', async t => {
  const production = { production: true }
  const long = 'k'.repeat(16)
  const flags = {
    keys: long,
    'store-keys': `acme:${long}`,
    'read-keys': long,
    datastore: 'postgres://me:secret@host/db',
    replicas: 'postgres://host/db,postgres://me:secret@host/db',
    redis: 'redis://:secret@host',
  }
  for (const [flag, value] of Object.entries(flags)) {
    const told = fault([`--${flag}`, value], {}, production)
    t.match(told, `--${flag}: expected no secret in a flag`)
    t.notMatch(told, value)
    t.equal(fault([`--${flag}`, value]), '', 'development is lenient')
  }
  const sentinel = 'redis-sentinel://host/main?sentinelPassword=secret'
  t.match(fault(['--redis', sentinel], {}, production), 'expected no secret')
  t.match(fault(['--datastore', 'postgres://h/db?password=x'], {}, production), 'no secret')
  const open = ['--datastore', 'postgres://u@a:1,b:2/db', '--redis', 'redis://host:6379/1']
  t.equal(fault(open, { PEMBA_KEYS: long }, production), '')
  for (const variable of ['PEMBA_KEYS', 'PEMBA_READ_KEYS']) {
    t.match(
      fault([], { [variable]: `${long},${'s'.repeat(15)}` }, production),
      '16 characters or more',
    )
  }
  t.match(fault([], { PEMBA_STORE_KEYS: 'acme:short' }, production), '16 characters or more')
})

t.test('certificates come with their keys, and sockets have modes', async t => {
  t.match(fault(['--tls-cert', 'c.pem']), '--tls-cert, --tls-key: expected both')
  t.match(fault(['--tls-client-ca', 'c.pem']), '--tls-client-ca: expected --tls-cert and --tls-key')
  t.equal(readConfig(['--http-socket-mode', '0660'], {}).httpSocketMode, 0o660)
  t.equal(readConfig(['--http-socket-mode', '666'], {}).httpSocketMode, 0o666)
  for (const wrong of ['8', '0888', 'rw', '00660', '7777']) {
    t.match(fault(['--http-socket-mode', wrong]), 'expected a mode of three octal digits')
  }
})

t.test('an unknown flag is refused', async t => {
  t.match(fault(['--port', '80']), '--port')
})

t.test('secrets are not printed when they are wrong', async t => {
  t.notMatch(fault([], { PEMBA_KEYS: 'secret key' }), 'secret key')
  t.notMatch(fault([], { PEMBA_STORE_KEYS: 'acme:secret key' }), 'secret key')
  t.notMatch(fault([], { PEMBA_DATASTORE: 'mysql://me:secret@host' }), 'secret')
})

t.test('--help names every flag and variable', async t => {
  const help = describeSettings()
  for (const { flag, variable } of Object.values(settings)) {
    t.match(help, `--${flag} `)
    t.match(help, `${variable}:`)
  }
})
