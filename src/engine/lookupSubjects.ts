// The lookup of subjects: who has the permission on the resource?

import {
  lookupSubjects as evaluate,
  type SubjectRow,
  type SubjectsQuestion,
} from '../evaluator/index.js'
import type { ObjectReference } from '../terms/index.js'
import type { Engine } from './engine.js'
import {
  type Continued,
  type LookupAnswer,
  type LookupOperation,
  type LookupRequest,
  lookUp,
} from './lookup.js'
import type { Stop } from './stop.js'

interface LookupSubjectsRequest extends LookupRequest {
  readonly resource: ObjectReference
  /** The name of a permission or a relation of the resource's definition. */
  readonly permission: string
  readonly subjectType: string
  /** The relation of subject sets; empty for plain objects. */
  readonly subjectRelation: string
  /** Whether the wildcard gets a row. */
  readonly wildcard: boolean
}

export type SubjectItem = SubjectRow & Continued

/** Looks up subjects. @throws Refusal as all lookups do */
export async function lookupSubjects(
  engine: Engine,
  request: LookupSubjectsRequest,
  stop?: Stop,
): Promise<LookupAnswer<SubjectRow>> {
  const { resource, permission, subjectType, subjectRelation, wildcard } = request
  const { type, id } = resource
  const lookup: LookupOperation<SubjectRow, SubjectsQuestion> = {
    name: 'subjects',
    words: { type, id, permission, subjectType, subjectRelation, wildcard },
    evaluate,
    question: bounds => ({ ...request, ...bounds }),
  }
  return lookUp(engine, request, lookup, stop)
}
