// The parts of a script for SpiceDB's HTTP gateway: steps, and the words of its schema. A step can
// save values of its answer, which later steps send back.

export type Json = Readonly<Record<string, unknown>>

/** Tokens and cursors by the names that steps have given them. */
export type Kept = Readonly<Record<string, string>>

/** The body. A text is sent as it is. */
export type Body = Json | string | ((kept: Kept) => Json)

export interface Step {
  readonly claim: string
  readonly path: string
  readonly body: Body
  readonly answer:
    | { readonly kind: 'message'; readonly like: Json }
    /** The lines, sorted by a path into them where the contract leaves the order open. */
    | { readonly kind: 'lines'; readonly like: readonly Json[]; readonly by?: string }
    /** An endless stream, which is closed after so many lines. */
    | { readonly kind: 'endless'; readonly like: readonly Json[] }
  /** The values to save, by name: a path into the message, or into the list of lines. */
  readonly keep?: Readonly<Record<string, string>>
}

type Keep = Step['keep']

export const ask = (claim: string, path: string, body: Body, like: Json, keep?: Keep): Step => ({
  claim,
  path,
  body,
  answer: { kind: 'message', like },
  keep,
})

export const lines = (
  claim: string,
  path: string,
  body: Body,
  like: readonly Json[],
  more: { readonly by?: string; readonly keep?: Keep } = {},
): Step => ({ claim, path, body, answer: { kind: 'lines', like, by: more.by }, keep: more.keep })

export const watch = (claim: string, body: Body, like: readonly Json[]): Step => ({
  claim,
  path: '/v1/watch',
  body,
  answer: { kind: 'endless', like },
})

export const SCHEMA = `use expiration

/** a person */
definition user {}

definition group {
  relation member: user | group#member
}

caveat on_day(day string) {
  day == "tuesday"
}

caveat shared(n int) {
  10 / n > 1
}

definition document {
  relation owner: user
  relation viewer: user | user:* | group#member | user with on_day | user with shared | user with expiration
  relation banned: user
  permission edit = owner
  permission view = (viewer + edit) - banned
}`

export const object = (objectType: string, objectId: string) => ({ objectType, objectId })
export const subject = (type: string, id: string, optionalRelation = '') => ({
  object: object(type, id),
  optionalRelation,
})
export const document = (id: string) => object('document', id)
export const user = (id: string) => subject('user', id)
export const relationship = (id: string, relation: string, to: Json, more: Json = {}) => ({
  resource: document(id),
  relation,
  subject: to,
  ...more,
})
export const create = (it: Json) => ({ operation: 'OPERATION_CREATE', relationship: it })
export const touch = (it: Json) => ({ operation: 'OPERATION_TOUCH', relationship: it })
export const FULL = { consistency: { fullyConsistent: true } }
export const viewBy = (id: string, who: string) => ({
  resource: document(id),
  permission: 'view',
  subject: user(who),
})
export const fresh = (kept: Kept) => ({ consistency: { atLeastAsFresh: { token: kept.written } } })
export const member = (group: string, to: Json) => ({
  resource: object('group', group),
  relation: 'member',
  subject: to,
})

export const TOKEN = { token: /^.+$/ }
