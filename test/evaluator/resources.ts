// Looks up resources in the notation (`doc#view@user:ann`, `doc#view@group:g#member`) over a whole
// world, and prints the result: `1 2?day,hour` is 1 for certain, then 2 on conditions.

import type { Granted } from '../../src/evaluator/found.js'
import {
  type Found,
  isRefused,
  lookupResources,
  type ResourcesQuestion,
  type Snapshot,
} from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { toItem, type World } from '../world.js'
import { type Asking, NOW } from './answer.js'

export interface Looking extends Asking {
  readonly after?: string | null
  /** `folder:f` and the names of the relations. */
  readonly within?: readonly [object: string, ...relations: string[]]
  readonly limit?: number
}

export function resources({ schema, relationships }: World, text: string, looking: Looking = {}) {
  const snapshot = new TestSnapshot(relationships)
  return printFound(found(snapshot, { schema, question: toQuestion(text, looking) }, looking.limit))
}

export function found(
  snapshot: Snapshot,
  { schema, question }: Pick<World, 'schema'> & { readonly question: ResourcesQuestion },
  limit = Number.POSITIVE_INFINITY,
): Found[] {
  const page: Found[] = []
  for (const each of lookupResources(snapshot, schema, question)) {
    if (each !== null && page.push(each) === limit) break
  }
  return page
}

export function toQuestion(text: string, { within, ...looking }: Looking = {}): ResourcesQuestion {
  const { resource, permission, subject } = toItem(text.replace('#', ':any#'))
  return {
    resourceType: resource.type,
    permission,
    subject,
    context: {},
    now: NOW,
    depthMax: limits.depthMax,
    workMax: limits.workMax,
    after: null,
    ...looking,
    within: within === undefined ? null : toWithin(within),
  }
}

function toWithin([object, ...relations]: readonly string[]) {
  const [type, id] = object.split(':')
  return { object: { type, id }, relations }
}

export const printFound = (page: readonly Found[]): string => page.map(printOne).join(' ')

/** @throws Refusal for an object whose check is refused */
export function granted(found: Found): Granted {
  if (isRefused(found)) throw found.refusal
  return found
}

/** `3!caveat-evaluation` is an object whose check is refused. */
export function printOne(found: Found): string {
  if (isRefused(found)) return `${found.id}!${found.refusal.code}`
  const { id, missing } = found
  return missing.length === 0 ? id : `${id}?${missing.join(',')}`
}
