// The messages that explain the answer of a check.

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

export const CaveatEvalInfo = message(
  'CaveatEvalInfo',
  'A caveat, and the result of evaluating it.',
  {
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
  },
)

const SubProblems = message('CheckDebugTraceSubProblems', 'The sub-questions of a check.', {
  traces: list(again<WireTrace>(TRACE)),
})

const CheckDebugTrace = message(
  TRACE,
  'A sub-question with its answer. One that is explained elsewhere in the trace, or whose ' +
    'explanation is too long, is marked as cached and has no sub-problems. One that was not ' +
    'needed and could not be decided has an unspecified result.',
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
  'The explanation of an answer, and the schema that was used. Only the outermost check has a ' +
    'duration.',
  { check: CheckDebugTrace, schemaUsed: words },
)

/** A node of the trace. The type is written by hand, because the message contains itself. */
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
