import { pino } from 'pino'
import t from 'tap'
import type { Stores } from '../../src/engine/index.js'
import { buildApp } from '../../src/http/index.js'
import { protocols } from '../../src/protocols/index.js'

type Json = Readonly<Record<string, unknown>>
interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: Json
}
interface Operation {
  readonly summary: string
  readonly description?: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Json }
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}
interface Document extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

const app = await buildApp({
  stores: {} as Stores,
  keys: ['k'],
  logger: pino({ level: 'silent' }),
  readiness: () => ({ ready: true, parts: {} }),
  protocols,
})
const document = (await app.inject('/openapi.json')).json<Document>()

const PATHS = [
  'post /v1/experimental/countrelationships',
  'post /v1/experimental/diffschema',
  'post /v1/experimental/permissions/bulkcheckpermission',
  'post /v1/experimental/permissions/computable',
  'post /v1/experimental/permissions/dependent',
  'post /v1/experimental/reflectschema',
  'post /v1/experimental/registerrelationshipcounter',
  'post /v1/experimental/relationships/bulkexport',
  'post /v1/experimental/relationships/bulkimport',
  'post /v1/experimental/unregisterrelationshipcounter',
  'post /v1/permissions/check',
  'post /v1/permissions/checkbulk',
  'post /v1/permissions/expand',
  'post /v1/permissions/list',
  'post /v1/permissions/resources',
  'post /v1/permissions/subjects',
  'post /v1/relationships/exportbulk',
  'post /v1/relationships/importbulk',
  'post /v1/relationships/read',
  'post /v1/relationships/write',
  'post /v1/relationships/delete',
  'post /v1/schema/diffschema',
  'post /v1/schema/permissions/computable',
  'post /v1/schema/permissions/dependent',
  'post /v1/schema/read',
  'post /v1/schema/reflectschema',
  'post /v1/schema/write',
  'get /v1/sharing/candidates',
  'get /v1/sharing/reach',
  'get /v1/sharing/sheet',
  'post /v1/sharing/change',
  'post /v1/sharing/create',
  'post /v1/sharing/remove',
  'post /v1/sharing/removeprincipal',
  'post /v1/stores/create',
  'post /v1/stores/list',
  'post /v1/stores/update',
  'post /v1/watch',
  'post /v1/stores/delete',
  'get /healthz',
  'get /metrics',
  'get /readyz',
]

/** Every object in the document with its path. */
function* objectsOf(node: unknown, path = '#'): Generator<readonly [string, Json]> {
  if (typeof node !== 'object' || node === null) return
  yield [path, node as Json]
  for (const [key, part] of Object.entries(node)) yield* objectsOf(part, `${path}/${key}`)
}

t.test('the document has every route, and no other', async t => {
  t.equal(document.openapi, '3.1.0')
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method} ${path}`),
  )
  t.strictSame(told.sort(), [...PATHS].sort())
  for (const path of PATHS) {
    const [method, url] = path.split(' ')
    t.ok(app.hasRoute({ method: method.toUpperCase() as 'GET', url }), path)
  }
})

const ANSWERS = ['200', '400', '401', '403', '429', '500', '503']

t.test('every route has a message, an answer, refusals and a description', async t => {
  for (const [path, { get, post }] of Object.entries(document.paths)) {
    if (!path.startsWith('/v1/')) continue
    const question = get ?? post
    t.ok(question.summary && question.description, path)
    t.equal(question.requestBody === undefined, post === undefined, path)
    for (const status of ANSWERS) {
      t.ok(question.responses[status]?.description, `${path} ${status}`)
    }
    t.equal(question.security, undefined, 'the key that the document asks for everywhere')
  }
  t.match(document.security, [{ key: [] }])
  t.match(document.components, { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } })
})

t.test('a GET route has its message in parameters with dotted names', async t => {
  const told = document.paths['/v1/sharing/reach'].get.parameters ?? []
  t.strictSame(
    told.filter(each => each.in === 'query').map(({ name, required }) => [name, required]),
    [
      ['consistency.minimizeLatency', false],
      ['consistency.atLeastAsFresh.token', false],
      ['consistency.atExactSnapshot.token', false],
      ['consistency.fullyConsistent', false],
      ['principal.objectType', true],
      ['principal.objectId', true],
      ['optionalResourceType', false],
      ['optionalLimit', false],
      ['optionalCursor.token', false],
    ],
  )
  for (const { schema } of told) t.match(schema, { type: /^(string|boolean|integer)$/ })
})

t.test('request headers are documented where they apply', async t => {
  const headers = (path: string) =>
    document.paths[path].post.parameters?.map(({ name, in: place }) => `${place} ${name}`)
  t.strictSame(headers('/v1/permissions/check'), [
    'header x-pemba-store',
    'header x-pemba-max-staleness-ms',
    'header grpc-timeout',
  ])
  t.equal(headers('/v1/stores/create'), undefined)
})

t.test('every reference leads to a schema, and every schema is referred to', async t => {
  const references = new Set(
    [...objectsOf(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])),
  )
  const schemas = Object.keys(document.components.schemas)
  t.strictSame([...references].sort(), schemas.map(name => `#/components/schemas/${name}`).sort())
})

t.test('schemas are of JSON Schema as 3.1 has it: no nullable, types that exist', async t => {
  const TYPES = ['object', 'array', 'string', 'integer', 'boolean', 'null']
  for (const [path, node] of objectsOf(document.components.schemas)) {
    if (path.includes('/examples/') || path.endsWith('/properties')) continue
    t.notOk('nullable' in node, path)
    const types = [node.type ?? []].flat()
    t.ok(
      types.every(type => TYPES.includes(type as string)),
      path,
    )
  }
})

t.test('the page that shows it needs nothing from elsewhere, and no key', async t => {
  const page = await app.inject('/docs')
  t.equal(page.statusCode, 200)
  t.notMatch(page.body, /(src|href)="(https?:)?\/\//)
  const script = await app.inject('/docs/static/swagger-initializer.js')
  t.match(script.body, '"validatorUrl":null')
})
