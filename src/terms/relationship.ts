// Relationships, the references they are made of, and their text form
// `doc:1#viewer@group:eng#member[only_on:{"day":"tue"}][expiration:2030-01-01T00:00:00Z]`.
// Ids may contain `:` and `@`, as URLs and e-mail addresses do. Names may not, so the text form is
// still unambiguous.

import { type JsonObject, utf8Bytes } from './json.js'
import { limits } from './limits.js'
import { compareTexts } from './order.js'
import { Refusal } from './refusal.js'

export interface ObjectReference {
  readonly type: string
  readonly id: string
}

/** A subject. `relation` is empty for the object itself; otherwise the subject is a subject set. */
export interface SubjectReference extends ObjectReference {
  readonly relation: string
}

export interface CaveatReference {
  readonly name: string
  /** Stored context. Its keys take precedence over those of a question's context. */
  readonly context: JsonObject
}

export interface Relationship {
  readonly resource: ObjectReference
  readonly relation: string
  readonly subject: SubjectReference
  readonly caveat: CaveatReference | null
  /** Time of expiration, ms since 1970. From then on the relationship exists for no reader. */
  readonly expiresAt: number | null
}

/** The identity of a relationship. Caveat and expiration are no part of it. */
export type RelationshipIdentity = Pick<Relationship, 'resource' | 'relation' | 'subject'>

/** The subject id that stands for every object of its type. */
export const WILDCARD = '*'

const TYPE_NAME = /^([a-z][a-z0-9_]{1,62}[a-z0-9]\/)*[a-z][a-z0-9_]{1,62}[a-z0-9]$/
const RELATION_NAME = /^[a-z][a-z0-9_]{1,62}[a-z0-9]$/
const CAVEAT_NAME = /^[a-zA-Z0-9_][a-zA-Z0-9/_|-]{0,127}$/
// Whitespace, control characters, some format characters that print nothing, lone surrogates, and
// the delimiters of the text form.
const ID_FORBIDDEN = /[\s\p{Cc}\p{Zs}\p{Zl}\p{Zp}\p{Cs}\u200b\u2060\ufeff#[\]]/u

// Format characters print nothing or reverse their neighbours, so that two ids can look the same.
const INVISIBLE = /\p{Cf}/u

export const isTypeName = (name: string): boolean =>
  name.length <= limits.typeNameBytesMax && TYPE_NAME.test(name)
export const isRelationName = (name: string): boolean => RELATION_NAME.test(name)
/** Whether a counter may have the name. The form is that of relation names, as in SpiceDB. */
export const isCounterName = isRelationName
export const COUNTER_NAME_FORM =
  'the name of a counter: 3 to 64 of `a-z`, `0-9` and `_`, ' +
  'which begins with a letter and does not end with `_`'
export const isCaveatName = (name: string): boolean => CAVEAT_NAME.test(name)

/** Whether the text is the id of one object, which the wildcard is not. */
export const isObjectId = (id: string): boolean => id !== WILDCARD && isSubjectId(id)

/** Whether the text is an object id or the wildcard. */
export function isSubjectId(id: string): boolean {
  if (id.length === 0 || id.length > limits.objectIdBytesMax || ID_FORBIDDEN.test(id)) return false
  return utf8Bytes(id) <= limits.objectIdBytesMax
}

/**
 * Whether an id has no invisible characters. Writes refuse ids that have some. Relationships with
 * such ids that older versions have admitted stay, and can be read, checked and deleted.
 */
export const isVisible = (id: string): boolean => !INVISIBLE.test(id)

/** @throws Refusal `invalid-argument` for an identity with invisible characters */
export function requireVisibleIds(identity: RelationshipIdentity): void {
  if (isVisible(identity.resource.id) && isVisible(identity.subject.id)) return
  const which = isVisible(identity.resource.id) ? 'subject' : 'resource'
  throw new Refusal(
    'invalid-argument',
    `invalid ${which} id in \`${printIdentity(identity)}\`: expected ${VISIBLE_FORM}`,
  )
}

export const VISIBLE_FORM = 'an id without invisible characters (Unicode category Cf)'

export const printObject = (object: ObjectReference): string => `${object.type}:${object.id}`

export const printSubject = (subject: SubjectReference): string =>
  subject.relation === '' ? printObject(subject) : `${printObject(subject)}#${subject.relation}`

/** `doc:1#viewer@user:ann`. The text is unique for each identity, so it can be a map key. */
export const printIdentity = (identity: RelationshipIdentity): string =>
  `${printObject(identity.resource)}#${identity.relation}@${printSubject(identity.subject)}`

/** Compares two identities part by part, in the order in which relationships are sorted. */
export const compareIdentities = (a: RelationshipIdentity, b: RelationshipIdentity): number =>
  compareTexts(a.resource.type, b.resource.type) ||
  compareTexts(a.resource.id, b.resource.id) ||
  compareTexts(a.relation, b.relation) ||
  compareTexts(a.subject.type, b.subject.type) ||
  compareTexts(a.subject.id, b.subject.id) ||
  compareTexts(a.subject.relation, b.subject.relation)

export function printRelationship(relationship: Relationship): string {
  const { caveat, expiresAt } = relationship
  let text = printIdentity(relationship)
  if (caveat !== null) {
    const context =
      Object.keys(caveat.context).length === 0 ? '' : `:${JSON.stringify(caveat.context)}`
    text += `[${caveat.name}${context}]`
  }
  if (expiresAt !== null) text += `[expiration:${new Date(expiresAt).toISOString()}]`
  return text
}

const IDENTITY_TEXT =
  /^([^:#@\s]+):([^#\s]+)#([^@#:\s]+)@([^:#\s]+):([^#[\s]+)(?:#([^[\s]+))?(.*)$/su
const EXPIRATION_TEXT = /\[expiration:([0-9TZ:.-]+)\]$/
const CAVEAT_TEXT = /^\[([a-zA-Z0-9_][a-zA-Z0-9/_|-]*)(?::(\{.*\}))?\]$/s

/**
 * The relationship of a text form. Names and ids are checked for their form, not against a schema.
 * @throws Refusal `invalid-argument` that quotes the text and says what was expected
 */
export function parseRelationship(text: string): Relationship {
  const parts = IDENTITY_TEXT.exec(text)
  if (parts === null) throw malformed(text, 'type:id#relation@type:id, optionally #relation')
  const [, type, id, relation, subjectType, subjectId, subjectRelation, rest] = parts
  const relationship: Relationship = {
    resource: { type, id },
    relation,
    subject: { type: subjectType, id: subjectId, relation: toSubjectRelation(subjectRelation) },
    ...parseTraits(text, rest),
  }
  const fault = shapeFault(relationship)
  if (fault !== null) throw malformed(text, fault)
  return relationship
}

/** The subject's relation. Older texts write `#...` for "the object itself". */
const toSubjectRelation = (relation: string | undefined): string =>
  relation === undefined || relation === '...' ? '' : relation

function parseTraits(text: string, rest: string): Pick<Relationship, 'caveat' | 'expiresAt'> {
  let caveat: CaveatReference | null = null
  let expiresAt: number | null = null
  let left = rest
  const expiration = EXPIRATION_TEXT.exec(left)
  if (expiration !== null) {
    expiresAt = Date.parse(expiration[1])
    if (Number.isNaN(expiresAt)) throw malformed(text, 'an expiration in RFC 3339, UTC')
    left = left.slice(0, expiration.index)
  }
  if (left !== '') {
    const found = CAVEAT_TEXT.exec(left)
    if (found === null) throw malformed(text, '[caveat], [caveat:{json}] or [expiration:time]')
    caveat = { name: found[1], context: parseContext(text, found[2]) }
  }
  return { caveat, expiresAt }
}

function parseContext(text: string, json: string | undefined): JsonObject {
  if (json === undefined) return {}
  try {
    return JSON.parse(json) as JsonObject
  } catch {
    throw malformed(text, 'a caveat context that is a JSON object')
  }
}

/** The first fault in the form of names and ids, which completes "expected …", or null. */
export function shapeFault(identity: RelationshipIdentity): string | null {
  const { resource, relation, subject } = identity
  if (!isTypeName(resource.type)) return `a resource type, but found \`${resource.type}\``
  if (!isObjectId(resource.id)) return `a resource id, but found \`${resource.id}\``
  if (!isRelationName(relation)) return `a relation, but found \`${relation}\``
  if (!isTypeName(subject.type)) return `a subject type, but found \`${subject.type}\``
  if (!isSubjectId(subject.id)) return `a subject id, but found \`${subject.id}\``
  if (subject.relation !== '') {
    if (subject.id === WILDCARD) return 'no relation after a wildcard subject'
    if (!isRelationName(subject.relation))
      return `a subject relation, but found \`${subject.relation}\``
  }
  return null
}

const malformed = (text: string, expected: string): Refusal =>
  new Refusal('invalid-argument', `invalid relationship \`${text}\`: expected ${expected}`)
