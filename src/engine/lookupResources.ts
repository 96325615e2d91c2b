// The lookup of resources: on which resources does the subject have the permission?

import {
  lookupResources as evaluate,
  type Found,
  type ResourcesQuestion,
  type Within,
} from '../evaluator/index.js'
import { Refusal, type SubjectReference, WILDCARD } from '../terms/index.js'
import type { Engine } from './engine.js'
import {
  type Continued,
  type LookupAnswer,
  type LookupOperation,
  type LookupRequest,
  lookUp,
} from './lookup.js'
import type { Stop } from './stop.js'

export type { Within }

interface LookupResourcesRequest extends LookupRequest {
  readonly resourceType: string
  /** The name of a permission or a relation of that definition. */
  readonly permission: string
  readonly subject: SubjectReference
  /** The object under which resources must be; null for all. */
  readonly within: Within | null
}

export type ResourceItem = Found & Continued

/** Looks up resources. @throws Refusal for a wildcard as the subject, and as all lookups do */
export async function lookupResources(
  engine: Engine,
  request: LookupResourcesRequest,
  stop?: Stop,
): Promise<LookupAnswer<Found>> {
  const { resourceType, permission, subject, within } = request
  const { type, id, relation } = subject
  requireConcrete(subject)
  const lookup: LookupOperation<Found, ResourcesQuestion> = {
    name: 'resources',
    words: {
      resourceType,
      permission,
      subject: [type, id, relation],
      within: within && [within.object.type, within.object.id, ...within.relations],
    },
    evaluate,
    question: bounds => ({ ...request, ...bounds }),
  }
  return lookUp(engine, request, lookup, stop)
}

function requireConcrete({ id }: SubjectReference): void {
  if (id !== WILDCARD) return
  throw new Refusal(
    'wildcard-not-allowed',
    'invalid argument: cannot perform lookup resources on wildcard subject',
    { field: 'subject' },
  )
}
