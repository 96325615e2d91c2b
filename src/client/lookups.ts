// Lookups in both directions: the resources on which a subject has a permission, and the subjects
// that have a permission on a resource.

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
  /** The largest number of items. 0, the default, is for all. */
  readonly limit?: number
  /** The cursor of the last item of an earlier call, after which this call continues. */
  readonly cursor?: string
}

export interface LookupResourcesCall extends LookupCall {
  readonly resourceType: string
  readonly subject: CheckItem['subject']
  /** Restricts resources to those that lead to the object by one or more of these relations. */
  readonly within?: { readonly object: ObjectReference; readonly relations: readonly string[] }
}

/** An object with the answer that a check of it would have, or the error if it is refused. */
export interface FoundObject {
  readonly id: string
  readonly answer: Exclude<CheckAnswer, { readonly kind: 'no' }> | RemoteError
}

export interface ResourceItem extends FoundObject {
  readonly cursor: string
  /** The revision at which all items of this call were found. */
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
  /** The relation of subject sets to look up. Without it, objects are looked up. */
  readonly subjectRelation?: string
  /** Whether the wildcard is included, as it is by default. */
  readonly wildcard?: boolean
}

/**
 * A subject. The id `*` is for all of the type, except those that are, or may be, excluded; an
 * exclusion whose check is refused has the error as its answer.
 */
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
