// Which resources may the subject do this to? At one revision, in the order of ids, as a stream that
// holds none of its items.

import { lookupResources as evaluate, type FoundResource, type Within } from '../evaluator/index.js'
import {
  type Consistency,
  type Contextual,
  type JsonObject,
  limits,
  Refusal,
  type Revision,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { requireContext } from './check.js'
import { queryOf, withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { type LookupQuery, lookupCursorPrinter, parseLookupCursor } from './lookupCursor.js'
import { paced } from './pace.js'
import { requireLimit } from './readRelationships.js'
import type { Stop } from './stop.js'
import { exactly, viewFor } from './view.js'

export type { Within }

export interface LookupResourcesRequest extends Contextual {
  readonly consistency: Consistency
  readonly resourceType: string
  /** A permission or a relation of that definition. */
  readonly permission: string
  readonly subject: SubjectReference
  /** For caveats; unknown keys are ignored. */
  readonly context: JsonObject
  /** Only resources under an object; null for all. */
  readonly within: Within | null
  /** At most 1000; 0 for all there are. */
  readonly limit: number
  /** A cursor of the same question; its revision then overrides the consistency. */
  readonly cursor: string | null
}

export interface LookupResourcesAnswer {
  readonly revision: Revision
  /** Looked up as it is consumed; what the lookup refuses is thrown with the first item. */
  readonly items: AsyncIterable<ResourceItem>
}

export interface ResourceItem extends FoundResource {
  /** Goes on after this resource. */
  readonly cursor: string
}

/** @throws Refusal for a bad subject, limit, cursor or context, or an unreadable revision */
export async function lookupResources(
  engine: Engine,
  request: LookupResourcesRequest,
  stop?: Stop,
): Promise<LookupResourcesAnswer> {
  const { limit, cursor, contextual = [] } = request
  requireLimit(limit, limits.lookupLimitMax)
  requireConcrete(request.subject)
  requireContext(request.context)
  const query = toQuery(request)
  const place = cursor === null ? null : parseLookupCursor(engine, query, cursor)
  const consistency = place === null ? request.consistency : exactly(engine, place.revision)
  const view = withContextual(await viewFor(engine, consistency, stop), contextual)
  const { snapshot, schema, revision } = view
  const { depthMax, workMax } = limits
  const work = evaluate(snapshot, schema, {
    ...request,
    after: place?.after ?? null,
    now: engine.clock(),
    depthMax,
    workMax,
  })
  const print = lookupCursorPrinter(engine, query, revision)
  return { revision, items: toItems(paced(work, stop), limit, print) }
}

async function* toItems(
  found: AsyncIterable<FoundResource>,
  limit: number,
  printCursor: (id: string) => string,
): AsyncGenerator<ResourceItem, void> {
  let left = limit
  for await (const resource of found) {
    yield { ...resource, cursor: printCursor(resource.id) }
    if (--left === 0) return
  }
}

function requireConcrete({ id }: SubjectReference): void {
  if (id !== WILDCARD) return
  throw new Refusal(
    'wildcard-not-allowed',
    'invalid argument: cannot perform lookup resources on wildcard subject',
    { field: 'subject_id' },
  )
}

function toQuery(request: LookupResourcesRequest): LookupQuery {
  const { resourceType, permission, subject, context, contextual = [], within } = request
  const { type, id, relation } = subject
  return {
    lookup: 'resources',
    question: {
      resourceType,
      permission,
      subject: [type, id, relation],
      context,
      contextual: queryOf(contextual),
      within: within && [within.object.type, within.object.id, ...within.relations],
    },
  }
}
