// Refusals in SpiceDB's words, for every protocol whose messages are SpiceDB's or refer to them: reasons
// for programs, and texts and facts where SpiceDB's clients know others than ours.

import type { Refusal, RefusalCode, RefusalMetadata } from '../../terms/index.js'
import { OWN_DOMAIN, type StatusBody, toStatus } from '../status.js'

/** Reasons of google.rpc.ErrorInfo, without their common beginning. A refusal without one has none. */
const REASONS: Readonly<Partial<Record<RefusalCode, string>>> = {
  'schema-parse': 'SCHEMA_PARSE_ERROR',
  'schema-type': 'SCHEMA_TYPE_ERROR',
  'schema-in-use': 'SCHEMA_TYPE_ERROR',
  'unknown-definition': 'UNKNOWN_DEFINITION',
  'unknown-relation': 'UNKNOWN_RELATION_OR_PERMISSION',
  'not-a-permission': 'UNKNOWN_RELATION_OR_PERMISSION',
  'unknown-caveat': 'UNKNOWN_CAVEAT',
  'too-many-updates': 'TOO_MANY_UPDATES_IN_REQUEST',
  'too-many-preconditions': 'TOO_MANY_PRECONDITIONS_IN_REQUEST',
  'precondition-empty': 'UNSPECIFIED',
  'precondition-failed': 'WRITE_OR_DELETE_PRECONDITION_FAILURE',
  'subject-not-admitted': 'INVALID_SUBJECT_TYPE',
  'caveat-parameter-type': 'CAVEAT_PARAMETER_TYPE_ERROR',
  'caveat-evaluation': 'CAVEAT_EVALUATION_ERROR',
  'update-repeated': 'UPDATES_ON_SAME_RELATIONSHIP',
  'permission-not-writable': 'CANNOT_UPDATE_PERMISSION',
  'cursor-mismatch': 'INVALID_CURSOR',
  'cursor-malformed': 'INVALID_CURSOR',
  'too-many-to-delete': 'TOO_MANY_RELATIONSHIPS_FOR_TRANSACTIONAL_DELETE',
  'stored-context-too-large': 'MAX_RELATIONSHIP_CONTEXT_SIZE',
  'already-exists': 'ATTEMPT_TO_RECREATE_RELATIONSHIP',
  'depth-exceeded': 'MAXIMUM_DEPTH_EXCEEDED',
  'counter-registered': 'COUNTER_ALREADY_REGISTERED',
  'counter-unknown': 'COUNTER_NOT_REGISTERED',
  'serialization-failure': 'SERIALIZATION_FAILURE',
  'limit-exceeded': 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
  'too-many-checks': 'UNSPECIFIED',
  'invalid-filter': 'INVALID_FILTER',
  'wildcard-not-allowed': 'WILDCARD_NOT_ALLOWED',
  'metadata-too-large': 'TRANSACTION_METADATA_TOO_LARGE',
}

/** Reasons of our own, for what SpiceDB has not and programs may want to know. */
const OWN_REASONS: Readonly<Partial<Record<RefusalCode, string>>> = {
  'quota-exceeded': 'STORE_QUOTA_EXCEEDED',
}

/** Texts that SpiceDB's clients know otherwise. */
const TEXTS: Readonly<Partial<Record<RefusalCode, (text: string) => string>>> = {
  'key-unknown': () => 'invalid preshared key: invalid token',
  'token-foreign': text => text.replace('the token', 'invalid zedtoken: it'),
  'update-repeated': text =>
    text.startsWith('found more than one update')
      ? `${text} in this request; a relationship can only be specified in an update once per overall WriteRelationships request`
      : text,
}

/** The fields of a question that may not be a wildcard: of a check, and of a lookup. */
const FIELDS: Readonly<Record<string, string>> = {
  'subject.id': 'subject.object_id',
  subject: 'subject_id',
}

/** A fact's value by its name; facts that are not here are told as they are. */
const FACTS: Readonly<Record<string, (value: string) => string>> = {
  field: value => FIELDS[value] ?? value,
  precondition_operation: value => `OPERATION_${value.toUpperCase().replaceAll('-', '_')}`,
}

/** The refusal as a status, under SpiceDB's domain where SpiceDB has a reason. */
export function toSpiceDbStatus({
  code,
  publicMessage: message,
  metadata,
  violations,
}: Refusal): StatusBody {
  return toStatus({
    code,
    message: TEXTS[code]?.(message) ?? message,
    violations,
    info: infoOf(code),
    metadata: toFacts(metadata),
  })
}

function infoOf(code: RefusalCode): { readonly reason: string; readonly domain: string } | null {
  const [theirs, ours] = [REASONS[code], OWN_REASONS[code]]
  if (theirs !== undefined) return { reason: theirs, domain: 'authzed.com' }
  return ours === undefined ? null : { reason: ours, domain: OWN_DOMAIN }
}

const toFacts = (metadata: RefusalMetadata): RefusalMetadata =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, FACTS[name]?.(value) ?? value]),
  )
