// Sharing over HTTP: the routes, an account of the shipped schema, and requests about it.

import { openService, type StoreKind, type TestService } from './service.js'
import { SHARING_SCHEMA } from './sharingDesk.js'
import { object, post, store, subject, WRITE_SCHEMA } from './wire.js'

/**
 * The campaign spring is shared with the group sales, ann and bob, and was made by ann; cid is in
 * no group, zoe administers the account.
 */
export const ACCOUNT = `account:acme#owner@user:otto account:acme#administrator@user:zoe
  account:acme#user@user:ann account:acme#user@user:bob account:acme#user@user:cid
  group:sales#account@account:acme group:sales#member@user:ann group:sales#member@user:bob
  campaign:spring#account@account:acme campaign:spring#viewer@group:sales#member
  campaign:spring#editor@user:ann`

export const SHEET = '/v1/sharing/sheet'
export const CANDIDATES = '/v1/sharing/candidates'
export const CHANGE = '/v1/sharing/change'
export const CREATE = '/v1/sharing/create'
export const REMOVE = '/v1/sharing/remove'
export const REMOVE_PRINCIPAL = '/v1/sharing/removeprincipal'
export const REACH = '/v1/sharing/reach'

export const ACME = object('account', 'acme')
export const ZOE = object('user', 'zoe')
export const SPRING = object('campaign', 'spring')
export const SALES = subject('group', 'sales', 'member')
export const EVERYONE = subject('account', 'acme', 'member')
export const ANN = subject('user', 'ann')
export const BOB = subject('user', 'bob')

/** A request by an administrator about a campaign. */
export const ACT = { resource: SPRING, actor: ZOE }
export const LEAVE = { principal: object('user', 'bob'), scope: ACME, actor: ZOE }
export const GRANT = { operation: 'OPERATION_GRANT', principal: BOB, role: 'viewer' }

/** The same request as parameters. */
export const ASKED = {
  'resource.objectType': 'campaign',
  'resource.objectId': 'spring',
  'actor.objectType': 'user',
  'actor.objectId': 'zoe',
}
export const REACHING = { 'principal.objectType': 'user', 'principal.objectId': 'ann' }

export async function openAccount(kind: StoreKind): Promise<TestService> {
  const service = await openService(kind)
  await post(service, WRITE_SCHEMA, { schema: SHARING_SCHEMA })
  await store(service, ACCOUNT)
  return service
}
