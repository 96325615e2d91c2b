// Rows as bytes, for a cache that nodes of several versions share. The first byte is the form; behind it
// stand a checksum and JSON without names. What is of another form, or damaged, is no row.

import {
  checksum,
  isRevision,
  lean,
  type Mark,
  type Relationship,
  type Row,
} from '../terms/index.js'

const FORM = 2
const CHECKSUM_BYTES = 8

type Flat = readonly [
  resourceType: string,
  resourceId: string,
  relation: string,
  subjectType: string,
  subjectId: string,
  subjectRelation: string,
  caveat: Relationship['caveat'],
  expiresAt: number | null,
]
type Fields = readonly [
  revision: number,
  mark: number,
  complete: boolean,
  relationships: readonly Flat[],
]

/** A row, and by which mark its revision is known. */
interface StampedRow extends Row {
  readonly mark: Mark
}

export function encodeRow({ revision, mark, complete, relationships }: StampedRow): Buffer {
  const fields: Fields = [revision, mark, complete, relationships.map(flatten)]
  const json = JSON.stringify(fields)
  const sum = checksum(json).padStart(CHECKSUM_BYTES, '0')
  return Buffer.concat([Buffer.of(FORM), Buffer.from(sum + json)])
}

/** Null for what this version has not encoded. */
export function decodeRow(bytes: Buffer): StampedRow | null {
  if (bytes[0] !== FORM) return null
  const text = bytes.toString('utf8', 1)
  const json = text.slice(CHECKSUM_BYTES)
  if (checksum(json).padStart(CHECKSUM_BYTES, '0') !== text.slice(0, CHECKSUM_BYTES)) return null
  // The checksum says that nothing was damaged; the form, that it was encoded as above.
  const [revision, mark, complete, relationships] = JSON.parse(json) as Fields
  if (!isRevision(revision)) return null
  return {
    revision,
    mark: mark as Mark,
    complete,
    relationships: lean(relationships.map(toRelationship)),
  }
}

const flatten = ({ resource, relation, subject, caveat, expiresAt }: Relationship): Flat => [
  resource.type,
  resource.id,
  relation,
  subject.type,
  subject.id,
  subject.relation,
  caveat,
  expiresAt,
]

const toRelationship = (flat: Flat): Relationship => ({
  resource: { type: flat[0], id: flat[1] },
  relation: flat[2],
  subject: { type: flat[3], id: flat[4], relation: flat[5] },
  caveat: flat[6],
  expiresAt: flat[7],
})
