// Real servers for the tests: PostgreSQL, Redis, and a SpiceDB to compare with. A server named in
// the environment is used as it is. Otherwise one is started on a free loopback port in a temporary
// folder, from the machine's own binaries, which are installed first where that is possible. A
// server that is started here ends with this process, however the process ends, and its folder is
// removed.

import { execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import {
  accessSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import {
  findSpiceDb,
  PACKAGE,
  PACKAGE_VERSION,
  type SpiceDbPackage,
} from './differential/spicedb.js'

export interface TestPostgres {
  /** The URL of a database on this server. */
  url(database: string): string
  /** The URL of a new empty database. */
  freshDatabase(): Promise<string>
  /** Removes the databases that this handle has made. */
  stop(): Promise<void>
}

export interface TestRedis {
  readonly url: string
  stop(): Promise<void>
}

const READY_WAIT_MS = 20_000
const INSTALL_WAIT_MS = 60_000
const isRoot = userInfo().uid === 0

let postgresUrl: Promise<string> | undefined
let redisUrl: Promise<string> | undefined

/** PEMBA_TEST_POSTGRES, or else a server that lives as long as this process. */
export async function provisionPostgres(): Promise<TestPostgres> {
  postgresUrl ??= toUrl(process.env.PEMBA_TEST_POSTGRES, startPostgres)
  const server = await postgresUrl
  const made: string[] = []
  const url = (database: string): string => {
    const changed = new URL(server)
    changed.pathname = `/${database}`
    return changed.href
  }
  return {
    url,
    async freshDatabase() {
      const name = `pemba_test_${randomBytes(8).toString('hex')}`
      await execute(server, [`create database ${name}`])
      made.push(name)
      return url(name)
    },
    stop: () =>
      execute(
        server,
        made.splice(0).map(name => `drop database ${name} with (force)`),
      ),
  }
}

/** PEMBA_TEST_REDIS, or else a server that lives as long as this process. */
export async function provisionRedis(): Promise<TestRedis> {
  redisUrl ??= toUrl(process.env.PEMBA_TEST_REDIS, startRedis)
  return { url: await redisUrl, stop: async () => {} }
}

/**
 * The package of a real SpiceDB, installed beside the dependencies where that is possible. Null
 * where it is not; the tests that need it are then skipped.
 */
export async function provisionSpiceDb(): Promise<SpiceDbPackage | null> {
  const found = await findSpiceDb()
  if (found !== null) return found
  const folder = resolve(import.meta.dirname, '../../node_modules/.cache/pemba-spicedb')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund']
  try {
    execFileSync('npm', ['install', ...quietly, `${PACKAGE}@${PACKAGE_VERSION}`], {
      cwd: folder,
      stdio: 'pipe',
      timeout: INSTALL_WAIT_MS,
    })
  } catch {
    return null
  }
  return findSpiceDb(folder)
}

async function toUrl(given: string | undefined, start: () => Promise<string>): Promise<string> {
  return given === undefined || given === '' ? start() : given
}

async function execute(server: string, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return
  const client = new pg.Client(server)
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

async function startPostgres(): Promise<string> {
  const { command, folder, url } = await initPostgres()
  await start({ command, folder, stopSignal: 'QUIT', ready: () => answersSql(url) })
  return url
}

/** Fails until the server answers. */
export const answersSql = (url: string): Promise<void> => execute(url, ['select 1'])

export interface Installed {
  /** The command that runs the server. */
  readonly command: readonly string[]
  /** The only folder in which it stores anything. */
  readonly folder: string
  readonly url: string
}

/** An empty PostgreSQL, ready to be started. */
export async function initPostgres(): Promise<Installed> {
  const initdb = program('initdb', 'postgresql', 'PEMBA_TEST_POSTGRES')
  const installed = await toPostgres()
  const command = [initdb, '-D', join(installed.folder, 'data'), '-U', 'postgres', '-A', 'trust']
  runAsPostgres([...command, '-E', 'UTF8', '--no-sync', ...collation(initdb)])
  return installed
}

/** A standby of a running PostgreSQL, which follows it once it is started. */
export async function copyPostgres(primary: string): Promise<Installed> {
  const installed = await toPostgres()
  const copy = program('pg_basebackup', 'postgresql', 'PEMBA_TEST_POSTGRES')
  const place = ['-d', primary, '-D', join(installed.folder, 'data')]
  runAsPostgres([copy, ...place, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'])
  return installed
}

/** Prepares a server in a folder of its own and on a free port. */
async function toPostgres(): Promise<Installed> {
  const postgres = program('postgres', 'postgresql', 'PEMBA_TEST_POSTGRES')
  const folder = mkdtempSync(join(tmpdir(), 'pemba-postgres-'))
  const port = await freePort()
  if (isRoot) chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), -1)
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
  ]
  const place = ['-D', join(folder, 'data'), ...settings.flatMap(setting => ['-c', setting])]
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  return { command: asPostgres([postgres, ...place]), folder, url }
}

function runAsPostgres(command: readonly string[]): void {
  const [first, ...rest] = asPostgres(command)
  execFileSync(first, rest, { stdio: 'pipe', cwd: '/' })
}

/** The user that runs PostgreSQL, which refuses to run as root. */
const asPostgres = (command: readonly string[]): readonly string[] =>
  isRoot
    ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command]
    : command

/** The database's collation. It differs from the order by bytes, on which Pemba must not depend. */
function collation(initdb: string): readonly string[] {
  const version = Number(/\d+/.exec(execFileSync(initdb, ['--version'], { encoding: 'utf8' })))
  return version < 15 ? ['--locale=C'] : ['--locale=C', '--locale-provider=icu', '--icu-locale=en']
}

async function startRedis(): Promise<string> {
  const { command, folder, url } = await installRedis()
  await start({ command, folder, stopSignal: 'TERM', ready: () => answersPing(url) })
  return url
}

/** A Redis, ready to be started, that stores nothing on disk. */
export async function installRedis(): Promise<Installed> {
  const redis = program('redis-server', 'redis-server', 'PEMBA_TEST_REDIS')
  const folder = mkdtempSync(join(tmpdir(), 'pemba-redis-'))
  const port = await freePort()
  const place = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder]
  const command = [redis, ...place, '--save', '', '--appendonly', 'no']
  return { command, folder, url: `redis://127.0.0.1:${port}` }
}

interface Server {
  readonly command: readonly string[]
  readonly folder: string
  /** The signal that ends the server at once, even with open connections. */
  readonly stopSignal: 'QUIT' | 'TERM'
  /** Fails until the server answers. */
  ready(): Promise<void>
}

/**
 * Runs a server under a shell that waits for the end of its input, which comes when this process
 * is gone, even killed; then the shell stops the server and removes the folder.
 */
async function start({ command, folder, stopSignal, ready }: Server): Promise<void> {
  const script =
    'folder=$1; signal=$2; shift 2; "$@" & cat; kill -$signal $!; wait; rm -rf "$folder"'
  const log = openSync(join(folder, 'log'), 'a')
  const watcher = spawn('sh', ['-c', script, 'sh', folder, stopSignal, ...command], {
    stdio: ['pipe', log, log],
    cwd: '/',
    detached: true,
  })
  watcher.unref()
  ;(watcher.stdin as unknown as { unref(): void }).unref()
  const deadline = Date.now() + READY_WAIT_MS
  for (;;) {
    try {
      return await ready()
    } catch (error) {
      if (Date.now() > deadline) {
        const said = readFileSync(join(folder, 'log'), 'utf8').slice(-2000)
        throw new Error(`${command.join(' ')} did not start: ${error}\n${said}`)
      }
      await pause(20)
    }
  }
}

/** Fails until the server answers. */
export function answersPing(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const port = Number(new URL(url).port)
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', reply => {
      socket.destroy()
      if (reply.toString().startsWith('+PONG')) resolve()
      else reject(new Error(reply.toString()))
    })
    socket.once('error', reject)
  })
}

/**
 * A loopback port on which nobody listens now. It is outside of the range that the system gives to
 * connections, so that it is still free when a server is started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await new Promise<boolean>(resolve => {
      server.once('listening', () => resolve(true))
      server.once('error', () => resolve(false))
    })
    if (!isFree) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
}

/** The path of a program, which is installed from its Debian package where that is allowed. */
function program(name: string, debianPackage: string, variable: string): string {
  const found = find(name)
  if (found !== null) return found
  if (isRoot && find('apt-get') !== null) {
    process.stderr.write(`installing ${debianPackage} for the tests\n`)
    const options = {
      stdio: 'pipe',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    } as const
    execFileSync('apt-get', ['update'], options)
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', debianPackage], options)
  }
  const installed = find(name)
  if (installed !== null) return installed
  throw new Error(
    `the tests need \`${name}\`: install the package \`${debianPackage}\`, ` +
      `or set ${variable} to the URL of a server that they may use`,
  )
}

function find(name: string): string | null {
  const debian = '/usr/lib/postgresql'
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin']
  for (const version of list(debian)) folders.push(join(debian, version, 'bin'))
  return folders.map(folder => join(folder, name)).find(isExecutable) ?? null
}

/** The versions, newest first. */
function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort((a, b) => Number(b) - Number(a))
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
