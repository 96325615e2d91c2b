// The tables of the README, made from the tables of the code. `npm run readme` writes them there;
// the test only compares.

import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { describeSettings } from '../src/config.js'
import { NO_VITALS, type Stores } from '../src/engine/index.js'
import { buildApp } from '../src/http/index.js'
import { statusCodes, toSharingStatus } from '../src/messages/index.js'
import { protocols } from '../src/protocols/index.js'
import { Refusal, type RefusalCode, refusals } from '../src/terms/index.js'
import { parseExposition } from './exposition.js'

const PATH = join(resolve(import.meta.dirname, '../..'), 'README.md')

export const readReadme = (): string => readFileSync(PATH, 'utf8')

/** The text with every table between its marks, `<!-- name -->` and `<!-- /name -->`, made anew. */
export async function withTables(readme: string): Promise<string> {
  const tables = {
    settings: settingsTable(),
    refusals: refusalsTable(),
    metrics: await metricsTable(),
  }
  return Object.entries(tables).reduce((text, [name, table]) => replace(text, name, table), readme)
}

const settingsTable = (): string => `\`\`\`\n${describeSettings()}\n\`\`\``

function refusalsTable(): string {
  const rows = Object.entries(refusals).map(
    ([code, kind]) => `| ${code} | ${statusCodes[kind].name} | ${reasonOf(code as RefusalCode)} |`,
  )
  return ['| refusal | gRPC status | reason |', '|---|---|---|', ...rows].join('\n')
}

/** What a client is told; empty where that is the status alone. */
function reasonOf(code: RefusalCode): string {
  const [info] = toSharingStatus(new Refusal(code, '')).details
  return info === undefined ? '' : `${info.reason}`.replace('ERROR_REASON_', '')
}

/** Of what is served. */
async function metricsTable(): Promise<string> {
  const app = await buildApp({
    stores: { vitals: () => NO_VITALS } as unknown as Stores,
    keys: ['k'],
    logger: pino({ level: 'silent' }),
    readiness: () => ({ ready: true, parts: {} }),
    protocols,
  })
  const headers = { authorization: 'Bearer k' }
  const families = parseExposition((await app.inject({ url: '/metrics', headers })).body)
  await app.close()
  const rows = [...families]
    .filter(([name]) => name.startsWith('pemba_'))
    .map(([name, { type, help }]) => `| \`${name}\` | ${type} | ${help} |`)
  return ['| metric | type | tells |', '|---|---|---|', ...rows].join('\n')
}

function replace(readme: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const before = readme.slice(0, readme.indexOf(begin) + begin.length)
  return `${before}\n${table}\n${readme.slice(readme.indexOf(end))}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PATH, await withTables(readReadme()))
}
