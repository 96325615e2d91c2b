// Messages about why a check came out as it did.

import { enumeration, flag, list, nothing, struct, text } from '../field.js'
import { again, member, message, type Wire } from '../message.js'
import {
  ObjectReference,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  SOUND_TEXT,
  SubjectReference,
  type WireObject,
  type WireSubject,
} from './shared.js'

const TRACE = 'CheckDebugTrace'

const words = text(SOUND_TEXT)

export const CaveatEvalInfo = message('CaveatEvalInfo', 'A caveat, and what it came to.', {
  expression: words,
  result: enumeration([
    'RESULT_UNSPECIFIED',
    'RESULT_UNEVALUATED',
    'RESULT_FALSE',
    'RESULT_TRUE',
    'RESULT_MISSING_SOME_CONTEXT',
  ]),
  context: struct,
  partialCaveatInfo: PartialCaveatInfo,
  caveatName: words,
})

const SubProblems = message('CheckDebugTraceSubProblems', 'What was asked on the way.', {
  traces: list(again<WireTrace>(TRACE)),
})

const CheckDebugTrace = message(
  TRACE,
  'A sub-question with its answer. One that is told of elsewhere in the trace, or that is too much to tell, says that its result was cached and has no sub-problems; one that was not needed and could not be decided has an unspecified result.',
  {
    resource: ObjectReference,
    permission: text(RELATION_NAME),
    permissionType: enumeration([
      'PERMISSION_TYPE_UNSPECIFIED',
      'PERMISSION_TYPE_RELATION',
      'PERMISSION_TYPE_PERMISSION',
    ]),
    subject: SubjectReference,
    result: permissionship,
    caveatEvaluationInfo: CaveatEvalInfo,
    duration: words,
    wasCachedResult: member(flag),
    subProblems: member(SubProblems),
    optionalExpiresAt: nothing,
    traceOperationId: words,
    source: words,
  },
)

export const DebugInformation = message(
  'DebugInformation',
  'Why the answer is what it is, and by which schema. Only the whole has a duration.',
  { check: CheckDebugTrace, schemaUsed: words },
)

/** By hand, since it is within itself. */
export interface WireTrace {
  readonly resource: WireObject
  readonly permission: string
  readonly permissionType: 'PERMISSION_TYPE_RELATION' | 'PERMISSION_TYPE_PERMISSION'
  readonly subject: WireSubject
  readonly result: Wire<typeof permissionship>
  readonly caveatEvaluationInfo: Wire<typeof CaveatEvalInfo> | null
  readonly duration: string
  readonly wasCachedResult: boolean | undefined
  readonly subProblems: { readonly traces: readonly WireTrace[] } | undefined
  readonly optionalExpiresAt: null
  readonly traceOperationId: string
  readonly source: string
}
