// What the messages of sharing have in common: who acts, pages, principals, grants.

import { enumeration, nullable, struct, text, timestamp, uint32 } from '../field.js'
import { message, required, type Wire } from '../message.js'
import {
  ContextualizedCaveat,
  Cursor,
  ObjectReference,
  RELATION_NAME,
  SubjectReference,
} from '../spicedb/shared.js'

/** Who acts, and what caveats on the permissions that guard it may need to know. */
export const ACTING = { actor: required(ObjectReference), context: struct }

/** A page of a list; 0 as the limit is the usual one. */
export const PAGE = { optionalLimit: uint32, optionalCursor: Cursor }

export const SHARING_EXAMPLES = {
  resource: { objectType: 'campaign', objectId: 'spring' },
  actor: { objectType: 'user', objectId: 'zoe' },
  scope: { objectType: 'account', objectId: 'acme' },
  person: { object: { objectType: 'user', objectId: 'ann' } },
  group: { object: { objectType: 'group', objectId: 'sales' }, optionalRelation: 'member' },
}

const principalKind = enumeration([
  'PRINCIPAL_UNSPECIFIED',
  'PRINCIPAL_PERSON',
  'PRINCIPAL_GROUP',
  'PRINCIPAL_EVERYONE',
])

const KINDS = {
  person: 'PRINCIPAL_PERSON',
  group: 'PRINCIPAL_GROUP',
  everyone: 'PRINCIPAL_EVERYONE',
} as const

type PrincipalKindName = keyof typeof KINDS

export const fromPrincipalKind = (kind: PrincipalKindName): (typeof KINDS)[PrincipalKindName] =>
  KINDS[kind]

/** @param kind not unspecified: answers are not */
export const toPrincipalKind = (kind: Wire<typeof principalKind>): PrincipalKindName =>
  kind === KINDS.group ? 'group' : kind === KINDS.everyone ? 'everyone' : 'person'

/** `memberCount`: persons among them now; null for a person, and for a wildcard. */
export const PRINCIPAL = {
  principal: required(SubjectReference),
  kind: principalKind,
  memberCount: nullable(uint32),
}

const how = enumeration([
  'HOW_UNSPECIFIED',
  'HOW_DIRECT',
  'HOW_SCOPE',
  'HOW_INHERITED',
  'HOW_GROUP',
])

const WHO = { holds: () => true, expected: 'who gave it, as the revision tells' }

const WHY = { holds: () => true, expected: 'why, as the revision tells' }

/** A role, and where it comes from: `via` something. Null where that is not kept any more. */
export const GRANT = {
  role: text(RELATION_NAME),
  how,
  via: SubjectReference,
  since: timestamp,
  by: nullable(text(WHO)),
  reason: nullable(text(WHY)),
  optionalCaveat: ContextualizedCaveat,
  optionalExpiresAt: timestamp,
}

export const SharingDifferenceMessage = message(
  'SharingDifference',
  'A principal and a role that it has now, or has no more.',
  { principal: required(SubjectReference), kind: principalKind, role: text(RELATION_NAME) },
)
