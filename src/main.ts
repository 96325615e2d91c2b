#!/usr/bin/env node
// The command line: `dev` to try Pemba on this machine, `serve` for production.

import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { type Config, ConfigError, describeSettings, readConfig } from './config.js'
import { type Service, type ServiceOptions, startService } from './service.js'
import { limits } from './terms/index.js'

const HELP = `pemba: who may do what, to which resource, why, and as of when

  pemba serve [settings]   serve in production; needs keys
  pemba dev [settings]     serve on loopback with a key of its own making
  pemba help               this page

settings, each with its environment variable:
${describeSettings()}`

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])
const DEV_FOLDER = 'data'

async function main([command, ...args]: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) return print(HELP)
  switch (command) {
    case 'dev':
      return dev(readConfig(args, process.env))
    case 'serve':
      return serve(readConfig(args, process.env, { production: true }))
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return print(HELP)
    default:
      throw new ConfigError(`unknown command \`${command}\`, expected serve, dev or help`)
  }
}

async function serve(config: Config): Promise<void> {
  const { keys, storeKeys, readKeys, keysFile } = config
  if (keysFile === null && keys.length + storeKeys.length + readKeys.length === 0) {
    throw new ConfigError(
      'refusing to serve without keys: set PEMBA_KEYS or --keys-file, or use `pemba dev` on ' +
        'this machine',
    )
  }
  const logger = toLogger(config)
  const { url } = await start(config, logger, { keyCharactersMin: limits.keyCharactersMin })
  logger.info({ url }, 'serving')
}

async function dev(settings: Config): Promise<void> {
  requireLoopback(settings)
  const keys = settings.keys.length > 0 ? settings.keys : [await devKey(folderOf(settings))]
  const config = { ...settings, keys }
  const logger = toLogger(config)
  const { url } = await start(config, logger)
  print(welcome(url, keys[0], settings.datastore))
}

function requireLoopback({ httpAddr }: Config): void {
  if ('path' in httpAddr || LOOPBACK.has(httpAddr.host)) return
  throw new ConfigError(
    `development mode serves on loopback only, found host \`${httpAddr.host}\`; use \`pemba ` +
      `serve\` for others`,
  )
}

/** The data folder: that of an embedded datastore, or the default one beside other datastores. */
const folderOf = ({ datastore }: Config): string =>
  datastore.startsWith('embedded:') ? datastore.slice('embedded:'.length) : DEV_FOLDER

/** The development key. The first start creates it in a file that only its owner can read. */
async function devKey(folder: string): Promise<string> {
  const path = join(folder, 'dev-key')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    await writeFile(path, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return (await readFile(path, 'utf8')).trim()
}

const welcome = (url: string, key: string, datastore: string): string => `
  Pemba is serving at ${url}
  DEVELOPMENT MODE: loopback only, one key for everything. Use \`pemba serve\` for anything else.

  key        ${key}
  datastore  ${datastore.replace(/:[^:@/]*@/, ':…@')}
  docs       ${url}/docs

  Try next, in another terminal:

    export PEMBA_URL=${url} PEMBA_KEY=${key}
    curl $PEMBA_URL/healthz
    curl -X POST $PEMBA_URL/v1/schema/read -H "Authorization: Bearer $PEMBA_KEY"

  README.md goes on from here. Ctrl-C stops.
`

function toLogger({ logLevel }: Config): Logger {
  return pino({ level: logLevel }, pino.destination({ dest: 2, sync: false }))
}

async function start(config: Config, logger: Logger, options?: ServiceOptions): Promise<Service> {
  // All files that the process creates are for their owner only.
  process.umask(0o077)
  let service: Service | null = null
  // Installed before anything else, since SIGHUP ends a process without a handler.
  process.on('SIGHUP', () => service?.reload())
  service = await startService(config, logger, options)
  closeOnSignal(service, logger)
  return service
}

/** Drains at the first signal. A second one ends the process at once. */
function closeOnSignal(service: Service, logger: Logger): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      process.once(signal, () => process.exit(1))
      logger.info({ signal }, 'closing')
      await service.close()
      process.exit(0)
    })
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

main(process.argv.slice(2)).catch((error: Error) => {
  const isMistake = error instanceof ConfigError
  process.stderr.write(`pemba: ${isMistake ? error.message : (error.stack ?? error.message)}\n`)
  process.exit(isMistake ? 2 : 1)
})
