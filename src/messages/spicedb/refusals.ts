// The refusals as SpiceDB reports them, for every protocol whose messages are SpiceDB's or refer to
// them. The tables map refusal codes to SpiceDB's reasons, and replace texts and metadata where
// SpiceDB's clients expect others.

import type { Refusal, RefusalCode, RefusalMetadata } from '../../terms/index.js'
import { OWN_DOMAIN, type StatusBody, toStatus } from '../status.js'

/** SpiceDB's reasons for google.rpc.ErrorInfo, without the prefix `ERROR_REASON_`. */
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

/** The reasons that Pemba adds, for refusals that SpiceDB does not have. */
const OWN_REASONS: Readonly<Partial<Record<RefusalCode, string>>> = {
  'quota-exceeded': 'STORE_QUOTA_EXCEEDED',
}

/** The texts for which SpiceDB's clients expect other words. */
const TEXTS: Readonly<Partial<Record<RefusalCode, (text: string) => string>>> = {
  'key-unknown': () => 'invalid preshared key: invalid token',
  'token-foreign': text => text.replace('the token', 'invalid zedtoken: it'),
  'update-repeated': text =>
    text.startsWith('found more than one update')
      ? `${text} in this request; a relationship can only be specified in an update ` +
        'once per overall WriteRelationships request'
      : text,
}

/** SpiceDB's names of the fields that may not be a wildcard: of a check, and of a lookup. */
const FIELDS: Readonly<Record<string, string>> = {
  'subject.id': 'subject.object_id',
  subject: 'subject_id',
}

/** The conversions of metadata values by their names. Other values stay as they are. */
const METADATA: Readonly<Record<string, (value: string) => string>> = {
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
    metadata: toMetadata(metadata),
  })
}

function infoOf(code: RefusalCode): { readonly reason: string; readonly domain: string } | null {
  const [reason, ownReason] = [REASONS[code], OWN_REASONS[code]]
  if (reason !== undefined) return { reason, domain: 'authzed.com' }
  return ownReason === undefined ? null : { reason: ownReason, domain: OWN_DOMAIN }
}

const toMetadata = (metadata: RefusalMetadata): RefusalMetadata =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, METADATA[name]?.(value) ?? value]),
  )
