// Requests in JSON over HTTP that bypass the client: the routes, a small world, and functions to
// send.

import { openService, type StoreKind, TEST_KEY, type TestService } from './service.js'
import { toRelationships } from './world.js'

export const SCHEMA = `use expiration

caveat on_day(day string) { day == "tuesday" }

definition user {}

definition group {
  relation member: user | group#member
}

definition document {
  relation viewer: user | user:* | group#member | user with on_day | user with expiration
  relation owner: user
  permission view = viewer + owner
}`

export const CHECK = '/v1/permissions/check'
export const BULK = '/v1/permissions/checkbulk'
export const RESOURCES = '/v1/permissions/resources'
export const SUBJECTS = '/v1/permissions/subjects'
export const READ = '/v1/relationships/read'
export const WRITE = '/v1/relationships/write'
export const DELETE = '/v1/relationships/delete'
export const WRITE_SCHEMA = '/v1/schema/write'

export type Json = Readonly<Record<string, unknown>>

export const object = (type: string, id: string) => ({ objectType: type, objectId: id })
export const subject = (type: string, id: string, relation = '') => ({
  object: object(type, id),
  optionalRelation: relation,
})
export const QUESTION = {
  resource: object('document', '1'),
  permission: 'view',
  subject: subject('user', 'ann'),
}
export const STORED = {
  resource: object('document', '1'),
  relation: 'viewer',
  subject: subject('user', 'ann'),
}
export const create = (relationship: Json) => ({ operation: 'OPERATION_CREATE', relationship })
export const touch = (relationship: Json) => ({ operation: 'OPERATION_TOUCH', relationship })
export const ON_DAY = { caveatName: 'on_day' }
export const FILTER = { resourceType: 'document' }

/** Sends the body. A text or bytes are sent as they are. */
export async function post(service: TestService, path: string, body: Json | string | Buffer) {
  const reply = await fetch(service.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}` },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  })
  return { status: reply.status, text: await reply.text() }
}

/** Sends a query string. Parameters are encoded, a text is sent as it is. */
export async function get(
  service: TestService,
  path: string,
  query: Readonly<Record<string, string>> | string,
) {
  const text = typeof query === 'string' ? query : `${new URLSearchParams(query)}`
  const reply = await fetch(`${service.url}${path}?${text}`, {
    headers: { authorization: `Bearer ${TEST_KEY}` },
  })
  return { status: reply.status, text: await reply.text() }
}

/** Touches relationships in the notation of `world.ts`. */
export async function store(
  { client }: Pick<TestService, 'client'>,
  relationships: string,
): Promise<void> {
  const updates = toRelationships(relationships).map(relationship => ({
    operation: 'touch' as const,
    relationship,
  }))
  await client.writeRelationships({ updates })
}

/** A line with every token in it replaced by the same text. */
export const withoutTokens = (line: string): Json =>
  JSON.parse(line.replaceAll(/"token":"[A-Za-z0-9+/=]+"/g, '"token":"a token"')) as Json

/** The results in the lines of a stream. */
export async function results<Result>(
  service: TestService,
  path: string,
  body: Json,
): Promise<readonly Result[]> {
  const { status, text } = await post(service, path, body)
  if (status !== 200) throw new Error(text)
  const lines = text.split('\n').filter(line => line !== '')
  return lines.map(line => (JSON.parse(line) as { result: Result }).result)
}

/** A service in which ann views and owns document 1, and cat views it on some days. */
export async function openWorld(kind: StoreKind): Promise<TestService> {
  const service = await openService(kind)
  await post(service, WRITE_SCHEMA, { schema: SCHEMA })
  const caveated = { ...STORED, subject: subject('user', 'cat'), optionalCaveat: ON_DAY }
  const { status, text } = await post(service, WRITE, {
    updates: [create(STORED), create(caveated), create({ ...STORED, relation: 'owner' })],
  })
  if (status !== 200) throw new Error(text)
  return service
}
