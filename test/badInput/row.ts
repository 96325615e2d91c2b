// What bad input is held against: the world it meets, and one row a mistake.

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

export interface Row {
  readonly claim: string
  readonly path: string
  readonly body: Json | string
  readonly status?: number
  readonly code: number
  /** Null: no ErrorInfo. */
  readonly reason: string | null
  readonly metadata?: Json
  readonly message?: RegExp
}

export const INVALID = { code: 3, reason: null } as const
