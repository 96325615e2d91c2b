// The OpenAPI document, made from the routes, and a page to try them. The serializer needs routes
// with complete schemas; in the document each message is written once and referenced.

import swagger, { type SwaggerTransformObject } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { AGAIN, isObject, type JsonSchema } from '../../messages/index.js'
import { DEFAULT_STORE, STORE_NAME_FORM } from '../../terms/index.js'
import { TIMEOUT_HEADER } from '../deadline.js'
import type { RouteTag } from '../protocol.js'
import { MAX_STALENESS_HEADER, STALENESS_HEADER } from '../staleness.js'
import { STORE_HEADER } from './store.js'

type Transformed = Parameters<SwaggerTransformObject>[0]
type Document = Extract<Transformed, { readonly openapiObject: unknown }>['openapiObject']

const DESCRIPTION = [
  'Who may do what, to which resource, why, and as of when.',
  '',
  'Messages are proto3 JSON: field names in camelCase (snake_case is read too), unset fields are ' +
    'printed, unknown fields are ignored, 64-bit integers are strings. What is asked by GET is ' +
    'in the query string, names within names joined by dots.',
].join('\n')

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Pemba', version: 'v1', description: DESCRIPTION },
  components: { securitySchemes: { key: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ key: [] }],
}

/** The tags of routes outside all protocols. */
const NODE_TAGS: readonly RouteTag[] = [
  { name: 'operation', description: 'For those who run it.' },
  { name: 'health', description: 'For probes; no key needed.' },
]

/** The headers of every request about one store. */
const HEADERS = {
  type: 'object',
  properties: {
    [STORE_HEADER]: {
      type: 'string',
      description: `Which store is meant, by ${STORE_NAME_FORM}. Without it: ${DEFAULT_STORE}.`,
    },
    [MAX_STALENESS_HEADER]: {
      type: 'string',
      description:
        `How old an answer may be that does not ask to be fresh, ms, when the datastore is ` +
        `away. How old it is, the header ${STALENESS_HEADER} of the answer tells.`,
    },
    [TIMEOUT_HEADER]: {
      type: 'string',
      description:
        'How long the answer is worth waiting for: up to 8 digits and H, M, S, m, u or n, such ' +
        'as 500m for half a second.',
    },
  },
}

/** The content security policy of the page: everything comes from this server. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src " +
  "'none'; base-uri 'self'; frame-ancestors 'self'"

/** Adds the document and the page. Call it before declaring the routes to document. */
export async function openapi(app: FastifyInstance, tags: readonly RouteTag[]): Promise<void> {
  await app.register(swagger, {
    openapi: { ...DOCUMENT, tags: [...tags, ...NODE_TAGS] },
    // The headers are documented but not validated here, which would slow every request down.
    transform: ({ schema, url, route }) => ({
      schema: route.config?.inStore === true ? { ...schema, headers: HEADERS } : schema,
      url,
    }),
    transformObject: source =>
      'openapiObject' in source ? shareMessages(source.openapiObject) : source.swaggerObject,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    // The default validator is a service on the internet.
    uiConfig: { validatorUrl: null, docExpansion: 'list' },
  })
  app.get('/openapi.json', { schema: { hide: true }, handler: () => app.swagger() })
}

/** Moves every schema with a title to the components, and leaves a reference in its place. */
function shareMessages(document: Document): Document {
  const schemas: Record<string, JsonSchema> = {}
  const share = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(share)
    if (!isObject(node)) return node
    if (typeof node[AGAIN] === 'string') return { $ref: `#/components/schemas/${node[AGAIN]}` }
    const shared = Object.fromEntries(Object.entries(node).map(([key, part]) => [key, share(part)]))
    if (typeof node.title !== 'string' || node.properties === undefined) return shared
    return toReference(schemas, node.title, shared)
  }
  const paths = share(document.paths)
  return { ...document, paths, components: { ...document.components, schemas } } as Document
}

function toReference(
  schemas: Record<string, JsonSchema>,
  title: string,
  schema: JsonSchema,
): unknown {
  schemas[title] = { ...schema, type: 'object' }
  const reference = { $ref: `#/components/schemas/${title}` }
  return Array.isArray(schema.type) ? { anyOf: [reference, { type: 'null' }] } : reference
}
