// Tests that the documents agree with the code: their tables, routes, links, commands and schemas.

import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { compileSchema } from '../src/language/index.js'
import { ROOT, readDocument, served, TABLES, withTables } from './docsTables.js'

const README_LINES_MAX = 200
const DECISION_LINES_MAX = 12
const DOCUMENTS = [
  'README.md',
  'src/README.md',
  ...readdirSync(join(ROOT, 'docs')).map(name => `docs/${name}`),
]
const FENCE = /^( *)```.*\n[\s\S]*?^\1```$/gm
const CODE = /`[^`\n]*`/g
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g

const withoutCode = (text: string): string => text.replace(FENCE, '').replace(CODE, '')

t.test('the documents list every setting, refusal, metric and limit as the code does', async t => {
  t.match(readDocument('docs/operations.md'), '| `--http-addr <')
  t.match(readDocument('docs/operations.md'), '| `pemba_graph_mode` |')
  t.match(readDocument('docs/api.md'), '| already-exists |')
  t.match(readDocument('docs/api.md'), '| updates of one write | 1,000 |')
  for (const path of Object.keys(TABLES)) {
    const text = readDocument(path)
    const made = await withTables(path, text)
    t.equal(text, made, `${path}: if not, \`npm run docs\` writes the tables`)
  }
})

/** The routes in the table's rows, such as `POST /v1/…`. */
function routesIn(name: string): readonly string[] {
  const text = readDocument('docs/api.md')
  const table = text.slice(text.indexOf(`<!-- ${name} -->`), text.indexOf(`<!-- /${name} -->`))
  return [...table.matchAll(/^\| `([A-Z]+ \/[^`]*)` \|/gm)].map(([, route]) => route).sort()
}

t.test('the documents list every route that is served, and no other', async t => {
  const { paths } = JSON.parse(await served('/openapi.json')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { deprecated?: boolean }>>>>
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { deprecated = false }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      deprecated,
    })),
  )
  const those = (deprecated: boolean): readonly string[] =>
    operations
      .filter(each => each.deprecated === deprecated)
      .map(({ route }) => route)
      .sort()
  t.ok(operations.length > 30)
  t.same(routesIn('routes'), those(false))
  t.same(routesIn('older-routes'), those(true))
})

/** The anchors that GitHub makes from the headings. A repeated one gets a number. */
function anchorsOf(path: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading] of readDocument(path)
    .replace(FENCE, '')
    .matchAll(/^#+ (.*)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`
    anchors.add(anchor)
  }
  return anchors
}

t.test('every link between the documents leads somewhere', async t => {
  for (const path of DOCUMENTS) {
    for (const [, link] of withoutCode(readDocument(path)).matchAll(LINK)) {
      if (/^https?:/.test(link)) continue
      const [target, anchor] = link.split('#')
      const to = target === '' ? path : normalize(join(dirname(path), target))
      const leads = existsSync(join(ROOT, to))
      t.ok(leads, `${path} links to ${to}`)
      if (!leads || anchor === undefined) continue
      t.ok(anchorsOf(to).has(anchor), `${path} links to ${to}#${anchor}`)
    }
  }
})

t.test('every document is reachable from the README', async t => {
  const readme = readDocument('README.md')
  for (const path of DOCUMENTS) if (path !== 'README.md') t.match(readme, `](${path})`)
})

t.test('the README is short', async t => {
  t.ok(readDocument('README.md').trimEnd().split('\n').length <= README_LINES_MAX)
})

t.test(`a decision has at most ${DECISION_LINES_MAX} lines`, async t => {
  const decisions = readDocument('src/README.md').split(/^### /m).slice(1)
  t.ok(decisions.length > 20)
  for (const decision of decisions) {
    const [title, ...lines] = decision
      .split(/^## |^# /m)[0]
      .trimEnd()
      .split('\n')
    t.ok(lines.length <= DECISION_LINES_MAX, `${title}: ${lines.length} lines`)
  }
})

t.test('every file that the map of src names exists', async t => {
  const named = readDocument('src/README.md').matchAll(/`([\w./]+\.(?:ts|zed))`/g)
  const paths = [...named].map(([, path]) => path).filter(path => path !== 'index.ts')
  t.ok(paths.length > 50)
  for (const path of paths) {
    const found = [join('src', path), path].some(each => existsSync(join(ROOT, normalize(each))))
    t.ok(found, path)
  }
})

t.test('every script that the documents name exists', async t => {
  const { scripts } = JSON.parse(readDocument('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const named = DOCUMENTS.flatMap(path =>
    [...readDocument(path).matchAll(/npm (?:run (?:-\S+ )*([\w-]+)|(test|start)\b)/g)].map(
      ([, script, short]) => ({ path, script: script ?? short }),
    ),
  )
  t.ok(named.length > 10)
  for (const { path, script } of named) t.ok(script in scripts, `${path}: npm run ${script}`)
})

t.test('the schemas of the schema guide are schemas', async t => {
  const text = readDocument('docs/schema.md')
  const schemas = [...text.matchAll(/^```zed\n([\s\S]*?)^```$/gm)].map(([, schema]) => schema)
  t.ok(schemas.length >= 4)
  for (const schema of schemas) t.ok(compileSchema(schema).ok, schema)
})
