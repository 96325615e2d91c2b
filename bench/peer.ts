// Adapters for the services that Pemba is compared with. An adapter loads a world over the
// service's HTTP API, and translates questions and answers. The services must run already; nothing
// here starts them.

import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import type { CheckItem, Relationship } from '../src/terms/index.js'

export interface Peer {
  readonly name: string
  /** The route of checks. */
  readonly check: Target
  /** The route of lookups of the documents that a user may view. */
  readonly lookup: Target
  readonly toCheck: (item: CheckItem) => object
  readonly toLookup: (user: string) => object
  readonly isGranted: (answer: string) => boolean
  /** The number of documents in a lookup's answer. */
  readonly countFound: (answer: string) => number
}

export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Sends a body and returns the answer. @throws Error for a status other than 200 or 201 */
export type Post = (path: string, body: object) => Promise<string>

export function poster(url: string, headers: Readonly<Record<string, string>>): Post {
  const pool = new Pool(url, { connections: 16, bodyTimeout: 0, headersTimeout: 0 })
  return async (path, body) => {
    const answer = await pool.request({
      path,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await answer.body.text()
    if (answer.statusCode > 201) throw new Error(`${url}${path}: ${answer.statusCode} ${text}`)
    return text
  }
}

/** Loads the world into a service with SpiceDB's HTTP API, which is SpiceDB itself or Pemba. */
export async function openSpiceDb(
  name: string,
  { url, key }: { readonly url: string; readonly key: string },
  { schema, relationships }: PeerWorld,
): Promise<Peer> {
  const headers = { authorization: `Bearer ${key}` }
  const post = poster(url, headers)
  await post('/v1/schema/write', { schema })
  await inParts(relationships, 500, async some => {
    const updates = some.map(each => ({
      operation: 'OPERATION_TOUCH',
      relationship: {
        resource: { objectType: each.resource.type, objectId: each.resource.id },
        relation: each.relation,
        subject: {
          object: { objectType: each.subject.type, objectId: each.subject.id },
          optionalRelation: each.subject.relation,
        },
      },
    }))
    await post('/v1/relationships/write', { updates })
  })
  return {
    name,
    check: { url: `${url}/v1/permissions/check`, headers },
    lookup: { url: `${url}/v1/permissions/resources`, headers },
    toCheck: ({ resource, permission, subject }) => ({
      consistency: { minimizeLatency: true },
      resource: { objectType: resource.type, objectId: resource.id },
      permission,
      subject: { object: { objectType: subject.type, objectId: subject.id } },
    }),
    toLookup: user => ({
      consistency: { minimizeLatency: true },
      resourceObjectType: 'document',
      permission: 'view',
      subject: { object: { objectType: 'user', objectId: user } },
    }),
    isGranted: answer => answer.includes('PERMISSIONSHIP_HAS_PERMISSION'),
    countFound: answer =>
      new Set([...answer.matchAll(/"resourceObjectId":"([^"]*)"/g)].map(([, id]) => id)).size,
  }
}

const direct = (...types: readonly object[]) => ({
  metadata: { directly_related_user_types: types },
  rewrite: { this: {} },
})
const computed = (relation: string) => ({ computedUserset: { relation } })
const inherited = (tupleset: string, relation: string) => ({
  tupleToUserset: { tupleset: { relation: tupleset }, computedUserset: { relation } },
})

/** The drive's schema in OpenFGA's model. */
const DRIVE_MODEL = toModel({
  user: {},
  group: { member: direct({ type: 'user' }, { type: 'group', relation: 'member' }) },
  folder: {
    parent: direct({ type: 'folder' }),
    owner: direct({ type: 'user' }),
    viewer: direct({ type: 'user' }, { type: 'group', relation: 'member' }),
    view: union(computed('viewer'), computed('owner'), inherited('parent', 'view')),
  },
  document: {
    parent: direct({ type: 'folder' }),
    owner: direct({ type: 'user' }),
    viewer: direct({ type: 'user' }, { type: 'group', relation: 'member' }),
    edit: { rewrite: computed('owner') },
    view: union(computed('viewer'), computed('edit'), inherited('parent', 'view')),
  },
})

function union(...child: readonly object[]) {
  return { rewrite: { union: { child } } }
}

interface ModelRelation {
  readonly rewrite: object
  readonly metadata?: object
}

function toModel(types: Readonly<Record<string, Readonly<Record<string, ModelRelation>>>>): object {
  return {
    schema_version: '1.1',
    type_definitions: Object.entries(types).map(([type, relations]) => ({
      type,
      relations: Object.fromEntries(
        Object.entries(relations).map(([name, { rewrite }]) => [name, rewrite]),
      ),
      metadata: {
        relations: Object.fromEntries(
          Object.entries(relations).map(([name, { metadata = {} }]) => [name, metadata]),
        ),
      },
    })),
  }
}

/** Loads the drive into a new store of OpenFGA. */
export async function openOpenFga(url: string, { relationships }: PeerWorld): Promise<Peer> {
  const post = poster(url, {})
  const { id } = JSON.parse(await post('/stores', { name: `bench-${randomUUID()}` }))
  const model = await post(`/stores/${id}/authorization-models`, DRIVE_MODEL)
  const { authorization_model_id } = JSON.parse(model) as { authorization_model_id: string }
  await inParts(relationships, 100, async some => {
    const tuple_keys = some.map(({ resource, relation, subject }) => ({
      object: `${resource.type}:${resource.id}`,
      relation,
      user: `${subject.type}:${subject.id}${subject.relation && `#${subject.relation}`}`,
    }))
    await post(`/stores/${id}/write`, { writes: { tuple_keys }, authorization_model_id })
  })
  return {
    name: 'OpenFGA',
    check: { url: `${url}/stores/${id}/check`, headers: {} },
    lookup: { url: `${url}/stores/${id}/list-objects`, headers: {} },
    toCheck: ({ resource, permission, subject }) => ({
      tuple_key: {
        object: `${resource.type}:${resource.id}`,
        relation: permission,
        user: `${subject.type}:${subject.id}`,
      },
      authorization_model_id,
    }),
    toLookup: user => ({
      type: 'document',
      relation: 'view',
      user: `user:${user}`,
      authorization_model_id,
    }),
    isGranted: answer => answer.includes('"allowed":true'),
    countFound: answer => (JSON.parse(answer) as { objects: readonly string[] }).objects.length,
  }
}

export interface PeerWorld {
  readonly schema: string
  readonly relationships: readonly Relationship[]
}

const LOADERS = 8

/** Sends the items in parts of `size`, several at a time. */
async function inParts<Item>(
  items: readonly Item[],
  size: number,
  send: (some: readonly Item[]) => Promise<void>,
): Promise<void> {
  let next = 0
  const load = async (): Promise<void> => {
    while (next < items.length) {
      const some = items.slice(next, next + size)
      next += size
      await send(some)
    }
  }
  await Promise.all(Array.from({ length: LOADERS }, load))
}
