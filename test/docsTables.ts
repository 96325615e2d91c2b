// The tables of the documents, made from the tables of the code. `npm run docs` writes them there;
// the test only compares.

import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { settings } from '../src/config.js'
import { NO_VITALS, type Stores } from '../src/engine/index.js'
import { buildApp } from '../src/http/index.js'
import { httpStatuses } from '../src/http/statusErrors.js'
import { statusCodes, toSharingStatus } from '../src/messages/index.js'
import { protocols } from '../src/protocols/index.js'
import { Refusal, type RefusalCode, refusals } from '../src/terms/index.js'
import { apiLimits, limitsTable, schemaLimits, sharingLimits } from './docsLimits.js'
import { parseExposition } from './exposition.js'

export const ROOT = resolve(import.meta.dirname, '../..')

/** @param path from the root of the project */
export const readDocument = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

type Table = () => string | Promise<string>

/** The documents with their tables. A table is between `<!-- name -->` and `<!-- /name -->`. */
export const TABLES: Readonly<Record<string, Readonly<Record<string, Table>>>> = {
  'docs/api.md': { refusals: refusalsTable, limits: () => limitsTable(apiLimits) },
  'docs/operations.md': { settings: settingsTable, metrics: metricsTable },
  'docs/schema.md': { 'schema-limits': () => limitsTable(schemaLimits) },
  'docs/sharing.md': { 'sharing-limits': () => limitsTable(sharingLimits) },
}

/** The text of the document with all of its tables replaced by new ones. */
export async function withTables(path: string, text: string): Promise<string> {
  let made = text
  for (const [name, table] of Object.entries(TABLES[path])) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
    const before = made.slice(0, made.indexOf(begin) + begin.length)
    made = `${before}\n${await table()}\n${made.slice(made.indexOf(end))}`
  }
  return made
}

/** A cell of a table, in which each `|` is escaped because it would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|')

function settingsTable(): string {
  const rows = Object.values(settings).map(entry => {
    const { flag, variable, form, fallback, sentence } = entry
    const inFile = entry.file ? `<br>\`--${flag}-file\`, \`${variable}_FILE\`` : ''
    const given = fallback === '' ? '' : `\`${fallback}\``
    const names = `\`--${flag} <${form}>\`<br>\`${variable}\`${inFile}`
    return `| ${cell(names)} | ${given} | ${cell(sentence)} |`
  })
  return ['| flag, environment variable | default | meaning |', '|---|---|---|', ...rows].join('\n')
}

function refusalsTable(): string {
  const rows = Object.entries(refusals).map(([code, kind]) => {
    const [status, http] = [statusCodes[kind].name, httpStatuses[kind]]
    return `| ${code} | ${status} | ${http} | ${reasonOf(code as RefusalCode)} |`
  })
  return ['| refusal | gRPC status | HTTP | reason |', '|---|---|---|---|', ...rows].join('\n')
}

/** The reason that a client gets; empty where it gets a status alone. */
function reasonOf(code: RefusalCode): string {
  const [info] = toSharingStatus(new Refusal(code, '')).details
  return info === undefined ? '' : `${info.reason}`.replace('ERROR_REASON_', '')
}

/** The table of the metrics that the service exposes. */
async function metricsTable(): Promise<string> {
  const families = parseExposition(await served('/metrics'))
  const rows = [...families]
    .filter(([name]) => name.startsWith('pemba_'))
    .map(([name, { type, help }]) => `| \`${name}\` | ${type} | ${help} |`)
  return ['| metric | type | meaning |', '|---|---|---|', ...rows].join('\n')
}

/** The body of an answer of the service, run without stores. */
export async function served(url: string): Promise<string> {
  const app = await buildApp({
    stores: { vitals: () => NO_VITALS } as unknown as Stores,
    keys: ['k'],
    logger: pino({ level: 'silent' }),
    readiness: () => ({ ready: true, parts: {} }),
    protocols,
  })
  const { body } = await app.inject({ url, headers: { authorization: 'Bearer k' } })
  await app.close()
  return body
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of Object.keys(TABLES)) {
    writeFileSync(join(ROOT, path), await withTables(path, readDocument(path)))
  }
}
