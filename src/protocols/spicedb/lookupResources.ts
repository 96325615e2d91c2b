// Which resources a subject has a permission on; with a request field of our own, `within`.

import { lookupResources, type ResourceItem, token, type Within } from '../../engine/index.js'
import { type Scope, stream } from '../../http/index.js'
import {
  CONTEXTUAL,
  Consistency,
  Cursor,
  flag,
  fromMissing,
  list,
  lookupPermissionship,
  message,
  NO_FAULTS,
  OBJECT_ID,
  ObjectReference,
  PartialCaveatInfo,
  RELATION_NAME,
  required,
  SubjectReference,
  struct,
  TYPE_NAME,
  text,
  toContextual,
  toObject,
  toSubject,
  uint32,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import type { Violation } from '../../terms/index.js'

const NO_RELATIONS: readonly Violation[] = [
  { field: '.relations', expected: 'the names of one or more relations' },
]

const WithinMessage = message(
  'LookupResourcesWithin',
  'A part of the answer: only resources under an object, from which it is reached by following relations of these names once or more. ' +
    'As with arrows, a relationship leads to the object of its subject, whatever relation of it is named. ' +
    'A relationship on a condition that the context leaves open makes the answer conditional.',
  { object: required(ObjectReference), relations: list(text(RELATION_NAME)) },
  {
    rule: ({ relations }) => (relations.length === 0 ? NO_RELATIONS : NO_FAULTS),
    example: {
      object: { objectType: 'folder', objectId: 'sales' },
      relations: ['folder', 'parent'],
    },
  },
)

const LookupResourcesRequest = message(
  'LookupResourcesRequest',
  'Which resources of a type a subject has a permission, or a relation, on; 0 as the limit is for all. ' +
    '`within` is an addition to the protocol. `withDebug` is taken and changes nothing.',
  {
    consistency: Consistency,
    resourceObjectType: text(TYPE_NAME),
    permission: text(RELATION_NAME),
    subject: required(SubjectReference),
    context: struct,
    ...CONTEXTUAL,
    optionalLimit: uint32,
    optionalCursor: Cursor,
    withDebug: flag,
    within: WithinMessage,
  },
  {
    example: {
      resourceObjectType: 'document',
      permission: 'view',
      subject: { object: { objectType: 'user', objectId: 'ann' } },
    },
  },
)

const LookupResourcesResponse = message(
  'LookupResourcesResponse',
  'A resource that the subject has the permission on, perhaps on a condition.',
  {
    lookedUpAt: ZedToken,
    resourceObjectId: text(OBJECT_ID),
    permissionship: lookupPermissionship,
    partialCaveatInfo: PartialCaveatInfo,
    afterResultCursor: Cursor,
  },
)

export function lookupResourcesRoute(scope: Scope): void {
  stream(scope, {
    path: '/v1/permissions/resources',
    tag: 'permissions',
    summary: 'Look up resources',
    description:
      'Which resources a subject has a permission on: each once, as a check of it would answer, in the order of ids.',
    request: LookupResourcesRequest,
    response: LookupResourcesResponse,
    async open(body, call) {
      const { engine, consistency } = call
      const request = { ...toRequest(body), consistency }
      const { revision, items } = await lookupResources(engine, request, call)
      const lookedUpAt = { token: token(engine, revision) }
      return {
        items,
        toResult: ({ id, missing, cursor }: ResourceItem) => ({
          lookedUpAt,
          resourceObjectId: id,
          ...fromMissing(missing),
          afterResultCursor: { token: cursor },
        }),
      }
    },
  })
}

const toRequest = (body: Wire<typeof LookupResourcesRequest>) => ({
  resourceType: body.resourceObjectType,
  permission: body.permission,
  subject: toSubject(body.subject),
  context: body.context ?? {},
  contextual: toContextual(body.contextualRelationships),
  within: body.within === null ? null : toWithin(body.within),
  limit: body.optionalLimit,
  cursor: body.optionalCursor?.token ?? null,
})

const toWithin = ({ object, relations }: Wire<typeof WithinMessage>): Within => ({
  object: toObject(object),
  relations,
})
