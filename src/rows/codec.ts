// Rows as bytes: JSON without names. Of a relationship only what the want leaves open is written, the
// far end of its list, so a row can tell of no other resource or subject than was asked for. What it tells
// must have the shape of an answer: in order, each once, and going on somewhere if there is more.

import {
  type Fetch,
  internStrings,
  isRevision,
  type Position,
  type Relationship,
  type RelationshipList,
  type RevisionFingerprint,
} from '../terms/index.js'
import { comparePositions } from './chunk.js'

type Caveat = Relationship['caveat']
type Flat = readonly [
  type: string,
  id: string,
  relation: string,
  caveat: Caveat,
  expiresAt: number | null,
]

/** A row, and by which mark its revision is known. */
export interface StampedRow extends RelationshipList {
  readonly fingerprint: RevisionFingerprint
}

export function encodeRow(
  fetch: Fetch,
  { revision, fingerprint, complete, relationships }: StampedRow,
): Buffer {
  const flat = relationships.map(({ resource, relation, subject, caveat, expiresAt }): Flat => {
    const end = fetch.kind === 'of' ? { ...resource, relation } : subject
    return [end.type, end.id, end.relation, caveat, expiresAt]
  })
  return Buffer.from(JSON.stringify([revision, fingerprint, complete, flat]))
}

/** Null for what is no answer to the want, whoever has written it. */
export function decodeRow(fetch: Fetch, bytes: Buffer): StampedRow | null {
  const fields = parse(bytes)
  if (!Array.isArray(fields)) return null
  const [revision, mark, complete, flat] = fields as readonly unknown[]
  if (!isRevision(revision) || !Number.isSafeInteger(mark)) return null
  if (typeof complete !== 'boolean' || !Array.isArray(flat) || !flat.every(isFlat)) return null
  if (!isAnswer(fetch, flat, complete)) return null
  const relationships = internStrings(flat.map(each => toRelationship(fetch, each)))
  return { revision, fingerprint: mark as RevisionFingerprint, complete, relationships }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null
  }
}

const isFlat = (value: unknown): value is Flat => {
  if (!Array.isArray(value)) return false
  const [type, id, relation, caveat, expiresAt] = value as readonly unknown[]
  return (
    [type, id, relation].every(text => typeof text === 'string') &&
    isCaveat(caveat) &&
    (expiresAt === null || typeof expiresAt === 'number')
  )
}

function isCaveat(value: unknown): value is Caveat {
  if (value === null) return true
  const { name, context } = value as Partial<NonNullable<Caveat>>
  return typeof name === 'string' && isObject(context)
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a database could have answered so. */
function isAnswer(fetch: Fetch, flat: readonly Flat[], complete: boolean): boolean {
  const ends = flat.map(toPosition)
  if (fetch.kind === 'one') {
    const { subject } = fetch.identity
    return complete && ends.length <= 1 && ends.every(end => comparePositions(end, subject) === 0)
  }
  if (!complete && ends.length === 0) return false
  const ordered = ends.every((end, i) => i === 0 || comparePositions(ends[i - 1], end) < 0)
  return ordered && (fetch.kind !== 'sets' || ends.every(({ relation }) => relation !== ''))
}

const toPosition = ([type, id, relation]: Flat): Position => ({ type, id, relation })

function toRelationship(fetch: Fetch, flat: Flat): Relationship {
  const [type, id, relation, caveat, expiresAt] = flat
  const traits = { caveat, expiresAt }
  if (fetch.kind === 'of') {
    return { resource: { type, id }, relation, subject: fetch.subject, ...traits }
  }
  const place = fetch.kind === 'one' ? fetch.identity : fetch
  const subject = { type, id, relation }
  return { resource: place.resource, relation: place.relation, subject, ...traits }
}
