// The fields that several messages of sharing have: the actor, pages, principals and grants.

import { enumeration, nullable, struct, text, timestamp, uint32 } from '../field.js'
import { message, required, type Wire } from '../message.js'
import {
  ContextualizedCaveat,
  Cursor,
  ObjectReference,
  RELATION_NAME,
  SubjectReference,
} from '../spicedb/shared.js'

/** The actor, and the context for caveats in the permissions that guard the operation. */
export const ACTING = { actor: required(ObjectReference), context: struct }

/** The page of a list. The limit 0 stands for the default. */
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

/** @param kind from an answer, in which it is never unspecified */
export const toPrincipalKind = (kind: Wire<typeof principalKind>): PrincipalKindName =>
  kind === KINDS.group ? 'group' : kind === KINDS.everyone ? 'everyone' : 'person'

/** A principal. `memberCount` is the number of persons in a set now, null for other principals. */
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

const WHO = { holds: () => true, expected: 'the actor of the revision that wrote the grant' }

const WHY = { holds: () => true, expected: 'the reason of the revision that wrote the grant' }

/** A role, and the object or set `via` which it comes. Fields are null when not kept any more. */
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
  'A principal, and a role that it has been given or has lost.',
  { principal: required(SubjectReference), kind: principalKind, role: text(RELATION_NAME) },
)
