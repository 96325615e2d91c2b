// The encoding of rows for Redis: JSON arrays without field names. Of each relationship only the
// far end is written, which is the part that the fetch leaves open. A decoded row can therefore not
// speak of another resource or subject than the fetch did. A row that no database could have
// returned is rejected: one out of order, with a repetition, or incomplete but empty.

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
type EncodedRelationship = readonly [
  type: string,
  id: string,
  relation: string,
  caveat: Caveat,
  expiresAt: number | null,
]

/** A row with the fingerprint of its revision. */
export interface StampedRow extends RelationshipList {
  readonly fingerprint: RevisionFingerprint
}

export function encodeRow(
  fetch: Fetch,
  { revision, fingerprint, complete, relationships }: StampedRow,
): Buffer {
  const encoded = relationships.map(
    ({ resource, relation, subject, caveat, expiresAt }): EncodedRelationship => {
      const end = fetch.kind === 'of' ? { ...resource, relation } : subject
      return [end.type, end.id, end.relation, caveat, expiresAt]
    },
  )
  return Buffer.from(JSON.stringify([revision, fingerprint, complete, encoded]))
}

/**
 * Decodes a row. Returns null if the bytes are no possible answer to the fetch, as anybody may have
 * written them.
 */
export function decodeRow(fetch: Fetch, bytes: Buffer): StampedRow | null {
  const fields = parse(bytes)
  if (!Array.isArray(fields)) return null
  const [revision, fingerprint, complete, encoded] = fields as readonly unknown[]
  if (!isRevision(revision) || !Number.isSafeInteger(fingerprint)) return null
  if (
    typeof complete !== 'boolean' ||
    !Array.isArray(encoded) ||
    !encoded.every(isEncodedRelationship)
  )
    return null
  if (!isAnswer(fetch, encoded, complete)) return null
  const relationships = internStrings(encoded.map(each => toRelationship(fetch, each)))
  return { revision, fingerprint: fingerprint as RevisionFingerprint, complete, relationships }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null
  }
}

const isEncodedRelationship = (value: unknown): value is EncodedRelationship => {
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

/** Whether a database could have returned this for the fetch. */
function isAnswer(
  fetch: Fetch,
  encoded: readonly EncodedRelationship[],
  complete: boolean,
): boolean {
  const ends = encoded.map(toPosition)
  if (fetch.kind === 'one') {
    const { subject } = fetch.identity
    return complete && ends.length <= 1 && ends.every(end => comparePositions(end, subject) === 0)
  }
  if (!complete && ends.length === 0) return false
  const ordered = ends.every((end, i) => i === 0 || comparePositions(ends[i - 1], end) < 0)
  return ordered && (fetch.kind !== 'sets' || ends.every(({ relation }) => relation !== ''))
}

const toPosition = ([type, id, relation]: EncodedRelationship): Position => ({ type, id, relation })

function toRelationship(fetch: Fetch, encoded: EncodedRelationship): Relationship {
  const [type, id, relation, caveat, expiresAt] = encoded
  const traits = { caveat, expiresAt }
  if (fetch.kind === 'of') {
    return { resource: { type, id }, relation, subject: fetch.subject, ...traits }
  }
  const userset = fetch.kind === 'one' ? fetch.identity : fetch
  const subject = { type, id, relation }
  return { resource: userset.resource, relation: userset.relation, subject, ...traits }
}
