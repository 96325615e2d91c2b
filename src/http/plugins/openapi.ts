// The OpenAPI document, made from the routes, and a page to try them. The routes' schemas are whole,
// as the serializer wants them; in the document each message stands once and is referred to.

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

const DESCRIPTION = `Who may do what, to which resource, why, and as of when.

Messages are proto3 JSON: field names in camelCase (snake_case is read too), unset fields are printed, unknown fields are ignored, 64-bit integers are strings. What is asked by GET is in the query string, names within names joined by dots.`

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Pemba', version: 'v1', description: DESCRIPTION },
  components: { securitySchemes: { key: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ key: [] }],
}

/** What is the node's own. */
const NODE_TAGS: readonly RouteTag[] = [
  { name: 'operation', description: 'For those who run it.' },
  { name: 'health', description: 'For probes; no key needed.' },
]

/** What a request may carry beside its body, wherever it is about one store. */
const HEADERS = {
  type: 'object',
  properties: {
    [STORE_HEADER]: {
      type: 'string',
      description: `Which store is meant, by ${STORE_NAME_FORM}. Without it: ${DEFAULT_STORE}.`,
    },
    [MAX_STALENESS_HEADER]: {
      type: 'string',
      description: `How old an answer may be that does not ask to be fresh, ms, when the datastore is away. How old it is, the header ${STALENESS_HEADER} of the answer tells.`,
    },
    [TIMEOUT_HEADER]: {
      type: 'string',
      description:
        'How long the answer is worth waiting for: up to 8 digits and H, M, S, m, u or n, such as 500m for half a second.',
    },
  },
}

/** Everything from here, over http as well as https. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"

/** Registered before the routes that it is to tell of. */
export async function openapi(app: FastifyInstance, tags: readonly RouteTag[]): Promise<void> {
  await app.register(swagger, {
    openapi: { ...DOCUMENT, tags: [...tags, ...NODE_TAGS] },
    // Told, but not validated: that would be one more walk for every request.
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
    // The default validator is a service elsewhere.
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
