// Bad contextual relationships: what a write of them would get, with the place of the one at fault.

import { limits } from '../../src/terms/index.js'
import {
  BULK,
  CHECK,
  type Json,
  object,
  QUESTION,
  RESOURCES,
  STORED,
  SUBJECTS,
  subject,
} from '../wire.js'
import { INVALID, type Row } from './row.js'

const MANY = Array.from({ length: limits.contextualRelationshipsMax + 1 }, (_, place) => ({
  ...STORED,
  resource: object('document', `${place}`),
}))

/** The relationship stands second. */
const FIELD = 'contextualRelationships[1]'

interface Refused extends Omit<Row, 'path' | 'body'> {
  readonly relationship: unknown
}

const refused: readonly Refused[] = [
  {
    claim: 'an unknown definition',
    relationship: { ...STORED, resource: object('documnet', '1') },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
    metadata: { definition_name: 'documnet', field: FIELD },
  },
  {
    claim: 'an unknown relation',
    relationship: { ...STORED, relation: 'viewr' },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
    metadata: { relation_or_permission_name: 'viewr', field: FIELD },
  },
  {
    claim: 'an unknown relation of the subject',
    relationship: { ...STORED, subject: subject('group', 'g', 'owner') },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
    metadata: { relation_or_permission_name: 'owner', field: FIELD },
  },
  {
    claim: 'a permission',
    relationship: { ...STORED, relation: 'view' },
    code: 3,
    reason: 'CANNOT_UPDATE_PERMISSION',
    metadata: { permission_name: 'view', field: FIELD },
  },
  {
    claim: 'a subject that the relation does not admit (OpenFGA CVE-2025-48371)',
    relationship: { ...STORED, relation: 'owner', subject: subject('user', '*') },
    code: 3,
    reason: 'INVALID_SUBJECT_TYPE',
    metadata: { subject_type: 'user:*', field: FIELD },
    message: /^`contextualRelationships\[1\]`: subjects of type `user:\*`/,
  },
  {
    claim: 'a caveat that the relation does not admit (OpenFGA CVE-2024-56323)',
    relationship: { ...STORED, relation: 'owner', optionalCaveat: { caveatName: 'on_day' } },
    code: 3,
    reason: 'INVALID_SUBJECT_TYPE',
    metadata: { subject_type: 'user with on_day', field: FIELD },
  },
  {
    claim: 'an expiration that the relation does not admit',
    relationship: { ...STORED, relation: 'owner', optionalExpiresAt: '2999-01-01T00:00:00Z' },
    code: 3,
    reason: 'INVALID_SUBJECT_TYPE',
    metadata: { subject_type: 'user with expiration', field: FIELD },
  },
  {
    claim: 'an unknown caveat',
    relationship: { ...STORED, optionalCaveat: { caveatName: 'on_dya' } },
    code: 9,
    reason: 'UNKNOWN_CAVEAT',
    metadata: { caveat_name: 'on_dya', field: FIELD },
  },
  {
    claim: 'a context of the wrong type',
    relationship: { ...STORED, optionalCaveat: { caveatName: 'on_day', context: { day: 1 } } },
    code: 3,
    reason: 'CAVEAT_PARAMETER_TYPE_ERROR',
    metadata: { parameter_name: 'day', field: FIELD },
  },
  {
    claim: 'a context that is too large',
    relationship: {
      ...STORED,
      optionalCaveat: {
        caveatName: 'on_day',
        context: { day: 'x'.repeat(limits.storedContextBytesMax) },
      },
    },
    code: 3,
    reason: 'MAX_RELATIONSHIP_CONTEXT_SIZE',
    metadata: { field: FIELD },
  },
  {
    claim: 'the first one again, on other terms',
    relationship: { ...MANY[0], optionalCaveat: { caveatName: 'on_day' } },
    code: 3,
    reason: 'UPDATES_ON_SAME_RELATIONSHIP',
    metadata: { relationship: 'document:0#viewer@user:ann', field: FIELD },
  },
  {
    claim: 'a wildcard resource',
    relationship: { ...STORED, resource: object('document', '*') },
    ...INVALID,
    message: /`contextualRelationships\[1\].resource.objectId`/,
  },
  { claim: 'nothing', relationship: null, ...INVALID, message: /contextualRelationships\[1\]/ },
  { claim: 'a text', relationship: 'document:1#viewer@user:ann', ...INVALID },
]

const rowsOf = ({ claim, relationship, ...told }: Refused): readonly Row[] => {
  const contextualRelationships = [MANY[0], relationship]
  return [
    {
      claim: `${claim} as a contextual relationship`,
      path: CHECK,
      body: { ...QUESTION, contextualRelationships },
      ...told,
    },
    {
      claim: `${claim} as a contextual relationship of all items`,
      path: BULK,
      body: { items: [QUESTION], contextual_relationships: contextualRelationships },
      ...told,
    },
  ]
}

/** Questions besides checks, by their routes. */
const questions: Readonly<Record<string, Json>> = {
  [RESOURCES]: { resourceObjectType: 'document', permission: 'view', subject: QUESTION.subject },
  [SUBJECTS]: { resource: QUESTION.resource, permission: 'view', subjectObjectType: 'user' },
  '/v1/permissions/expand': { resource: QUESTION.resource, permission: 'view' },
  '/v1/permissions/list': { resource: QUESTION.resource, subject: QUESTION.subject },
}

export const badContextual: readonly Row[] = [
  ...refused.flatMap(rowsOf),
  ...Object.entries(questions).map(([path, body]) => ({
    claim: `a contextual relationship that is not admitted, at ${path},`,
    path,
    body: { ...body, contextualRelationships: [MANY[0], { ...STORED, relation: 'view' }] },
    code: 3,
    reason: 'CANNOT_UPDATE_PERMISSION',
    metadata: { field: FIELD },
  })),
  {
    claim: 'too many contextual relationships',
    path: CHECK,
    body: { ...QUESTION, contextualRelationships: MANY },
    code: 3,
    reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    metadata: { limit_provided: '101', maximum_limit_allowed: '100' },
  },
  {
    claim: 'contextual relationships that are no list',
    path: CHECK,
    body: { ...QUESTION, contextualRelationships: STORED },
    ...INVALID,
  },
  {
    claim: 'a bad id among the contextual relationships of an item',
    path: BULK,
    body: { items: [{ ...QUESTION, contextualRelationships: [{ ...STORED, relation: 'No' }] }] },
    ...INVALID,
    message: /`items\[0\].contextualRelationships\[0\].relation`/,
  },
]
