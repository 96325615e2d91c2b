// Lookups both ways: what a subject has a permission on, and who has a permission on a resource.

import type {
  CheckAnswer,
  CheckItem,
  Contextual,
  JsonObject,
  ObjectReference,
} from '../terms/index.js'
import { RemoteError, type WireStatus } from './remoteError.js'
import { stream } from './route.js'
import {
  type ConsistencyByToken,
  fromConsistency,
  fromContextual,
  fromCursor,
  fromObject,
  fromSubject,
  toAnswer,
  type WireAnswer,
  type WireToken,
} from './wire.js'

interface LookupCall extends Contextual {
  readonly consistency?: ConsistencyByToken
  readonly permission: string
  readonly context?: JsonObject
  /** 0, the default, is for all. */
  readonly limit?: number
  /** Goes on after the item that came with it. */
  readonly cursor?: string
}

export interface LookupResourcesCall extends LookupCall {
  readonly resourceType: string
  readonly subject: CheckItem['subject']
  /** Only those from which the object is reached by following these relations once or more. */
  readonly within?: { readonly object: ObjectReference; readonly relations: readonly string[] }
}

/** What a check of it would say, or why that is refused. */
export interface FoundObject {
  readonly id: string
  readonly answer: Exclude<CheckAnswer, { readonly kind: 'no' }> | RemoteError
}

export interface ResourceItem extends FoundObject {
  readonly cursor: string
  /** As of when all items of this call were found. */
  readonly token: string
}

export const lookupResources = stream({
  path: '/v1/permissions/resources',
  toBody: (call: LookupResourcesCall) => ({
    ...fromLookup(call),
    resourceObjectType: call.resourceType,
    subject: fromSubject(call.subject),
    optionalLimit: call.limit,
    within: call.within && {
      object: fromObject(call.within.object),
      relations: call.within.relations,
    },
  }),
  toAnswer: ({ resourceObjectId: id, ...told }: WireResource): ResourceItem => ({
    ...toFound(id, told),
    cursor: told.afterResultCursor.token,
    token: told.lookedUpAt.token,
  }),
})

export interface LookupSubjectsCall extends LookupCall {
  readonly resource: ObjectReference
  readonly subjectType: string
  /** Looks up subject sets by this relation, not objects. */
  readonly subjectRelation?: string
  /** Whether the wildcard is told; it is, by default. */
  readonly wildcard?: boolean
}

/** All of the type by the id `*`: then come those who are excluded, may be, or nobody knows. */
export interface SubjectItem extends ResourceItem {
  readonly excluded: readonly FoundObject[]
}

export const lookupSubjects = stream({
  path: '/v1/permissions/subjects',
  toBody: (call: LookupSubjectsCall) => ({
    ...fromLookup(call),
    resource: fromObject(call.resource),
    subjectObjectType: call.subjectType,
    optionalSubjectRelation: call.subjectRelation,
    optionalConcreteLimit: call.limit,
    wildcardOption: call.wildcard === false ? 'WILDCARD_OPTION_EXCLUDE_WILDCARDS' : undefined,
  }),
  toAnswer: ({ subject, excludedSubjects, ...told }: WireSubjectFound): SubjectItem => ({
    ...toFound(subject.subjectObjectId, { ...subject, error: told.error, failedObjectId: told.failedObjectId }),
    excluded: excludedSubjects.map(each => toFound(each.subjectObjectId, each)),
    cursor: told.afterResultCursor.token,
    token: told.lookedUpAt.token,
  }),
})

const fromLookup = (call: LookupCall) => ({
  consistency: fromConsistency(call.consistency),
  permission: call.permission,
  context: call.context,
  ...fromContextual(call),
  optionalCursor: fromCursor(call.cursor),
})

interface WireFound extends WireAnswer {
  readonly error?: WireStatus
  /** With an error, but for those who are excluded. */
  readonly failedObjectId?: string
}

function toFound(id: string, told: WireFound): FoundObject {
  const { permissionship, partialCaveatInfo, error, failedObjectId = id } = told
  if (error !== undefined) return { id: failedObjectId, answer: new RemoteError(200, error) }
  const answer = toAnswer({
    permissionship: permissionship.replace('LOOKUP_', ''),
    partialCaveatInfo,
  })
  return { id, answer: answer as FoundObject['answer'] }
}

interface WireLine {
  readonly lookedUpAt: WireToken
  readonly afterResultCursor: WireToken
}

interface WireResource extends WireLine, WireFound {
  readonly resourceObjectId: string
}

interface WireSubjectFound extends WireLine, WireFound {
  readonly subject: WireResolved
  readonly excludedSubjects: readonly WireResolved[]
}

interface WireResolved extends WireFound {
  readonly subjectObjectId: string
}
