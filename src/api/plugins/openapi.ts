// The OpenAPI document, made from the routes, and a page to try them. The routes' schemas are whole,
// as the serializer wants them; in the document each message stands once and is referred to.

import swagger, { type SwaggerTransformObject } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { isObject, type JsonSchema } from '../field.js'
import { AGAIN } from '../message.js'

type Transformed = Parameters<SwaggerTransformObject>[0]
type Document = Extract<Transformed, { readonly openapiObject: unknown }>['openapiObject']

const DESCRIPTION = `Who may do what, to which resource, why, and as of when.

Messages are proto3 JSON: field names in camelCase (snake_case is read too), unset fields are printed, unknown fields are ignored, 64-bit integers are strings.`

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Pemba', version: 'v1', description: DESCRIPTION },
  tags: [
    { name: 'permissions', description: 'Questions.' },
    { name: 'relationships', description: 'Facts.' },
    { name: 'schema', description: 'What the facts mean.' },
    { name: 'stores', description: 'Tenants that share nothing.' },
    { name: 'health', description: 'For probes; no key needed.' },
  ],
  components: { securitySchemes: { key: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ key: [] }],
}

/** Everything from here, over http as well as https. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"

/** Registered before the routes that it is to tell of. */
export async function openapi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: DOCUMENT,
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
