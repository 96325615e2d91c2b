// Looks up subjects in the notation (`doc:1#view@user`, `doc:1#view@group#member`) over a whole
// world, and prints the rows: `*-tom-zed?day ann bob?day,hour` is the wildcard without tom and
// maybe without zed, then ann for certain, then bob on conditions.

import {
  lookupSubjects,
  type Snapshot,
  type SubjectRow,
  type SubjectsQuestion,
} from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import type { World } from '../world.js'
import { type Asking, NOW } from './answer.js'
import { printOne } from './resources.js'

export interface Looking extends Asking {
  readonly wildcard?: boolean
  readonly after?: string | null
}

export function subjects({ schema, relationships }: World, text: string, looking: Looking = {}) {
  const question = toQuestion(text, looking)
  return printRows(rowsOf(new TestSnapshot(relationships), { schema, question }))
}

export function rowsOf(
  snapshot: Snapshot,
  { schema, question }: Pick<World, 'schema'> & { readonly question: SubjectsQuestion },
): SubjectRow[] {
  return [...lookupSubjects(snapshot, schema, question)].filter(row => row !== null)
}

export function toQuestion(text: string, looking: Looking = {}): SubjectsQuestion {
  const [, type, id, permission, subjectType, , subjectRelation = ''] =
    /^([^:]+):(.+)#([^#@]+)@([^#]+)(#(.+))?$/.exec(text) ?? []
  return {
    resource: { type, id },
    permission,
    subjectType,
    subjectRelation,
    context: {},
    now: NOW,
    depthMax: limits.depthMax,
    workMax: limits.workMax,
    wildcard: true,
    after: null,
    ...looking,
  }
}

export const printRows = (rows: readonly SubjectRow[]): string =>
  rows.map(row => [row, ...row.excluded].map(printOne).join('-')).join(' ')
