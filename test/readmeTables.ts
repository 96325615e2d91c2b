// The tables of the README, made from the tables of the code. `npm run readme` writes them there;
// the test only compares.

import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeSettings } from '../src/config.js'
import { refusals } from '../src/terms/index.js'

const PATH = join(resolve(import.meta.dirname, '../..'), 'README.md')

export const readReadme = (): string => readFileSync(PATH, 'utf8')

/** The text with every table between its marks, `<!-- name -->` and `<!-- /name -->`, made anew. */
export function withTables(readme: string): string {
  return replace(replace(readme, 'settings', settingsTable()), 'refusals', refusalsTable())
}

const settingsTable = (): string => `\`\`\`\n${describeSettings()}\n\`\`\``

function refusalsTable(): string {
  const rows = Object.entries(refusals).map(
    ([code, { status, reason }]) => `| ${code} | ${status} | ${reason ?? ''} |`,
  )
  return ['| refusal | gRPC status | reason |', '|---|---|---|', ...rows].join('\n')
}

function replace(readme: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const before = readme.slice(0, readme.indexOf(begin) + begin.length)
  return `${before}\n${table}\n${readme.slice(readme.indexOf(end))}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PATH, withTables(readReadme()))
}
