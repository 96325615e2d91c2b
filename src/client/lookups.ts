// Lookups both ways: what a subject has a permission on, and who has a permission on a resource.

import {
  fromObject,
  fromSubject,
  type LookupResourcesRequest,
  type LookupResourcesResponse,
  type LookupSubjectsRequest,
  type LookupSubjectsResponse,
  type Sent,
  toCheckAnswer,
  type Wire,
  type WireAnswer,
} from '../messages/index.js'
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
  tokenOf,
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
  toBody: (call: LookupResourcesCall): Sent<typeof LookupResourcesRequest> => ({
    ...fromLookup(call),
    resourceObjectType: call.resourceType,
    subject: fromSubject(call.subject),
    optionalLimit: call.limit,
    within: call.within && {
      object: fromObject(call.within.object),
      relations: call.within.relations,
    },
  }),
  toAnswer: ({
    resourceObjectId: id,
    ...told
  }: Wire<typeof LookupResourcesResponse>): ResourceItem => ({
    ...toFound(id, told),
    cursor: tokenOf(told.afterResultCursor),
    token: tokenOf(told.lookedUpAt),
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
  toBody: (call: LookupSubjectsCall): Sent<typeof LookupSubjectsRequest> => ({
    ...fromLookup(call),
    resource: fromObject(call.resource),
    subjectObjectType: call.subjectType,
    optionalSubjectRelation: call.subjectRelation,
    optionalConcreteLimit: call.limit,
    wildcardOption: call.wildcard === false ? 'WILDCARD_OPTION_EXCLUDE_WILDCARDS' : undefined,
  }),
  toAnswer: ({
    subject,
    excludedSubjects,
    error,
    failedObjectId,
    ...told
  }: Wire<typeof LookupSubjectsResponse>): SubjectItem => ({
    ...toFound(subject.subjectObjectId, { ...subject, error, failedObjectId }),
    excluded: excludedSubjects.map(each => toFound(each.subjectObjectId, each)),
    cursor: tokenOf(told.afterResultCursor),
    token: tokenOf(told.lookedUpAt),
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
  readonly error: WireStatus | undefined
  /** With an error, but for those who are excluded. */
  readonly failedObjectId?: string | undefined
}

const toFound = (id: string, { error, failedObjectId = id, ...told }: WireFound): FoundObject =>
  error === undefined
    ? { id, answer: toCheckAnswer(told) as FoundObject['answer'] }
    : { id: failedObjectId, answer: new RemoteError(200, error) }
