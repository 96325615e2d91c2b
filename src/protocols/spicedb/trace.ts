// Why a check came out as it did, in SpiceDB's words for it.

import type { Explanation, Trace } from '../../engine/index.js'
import {
  again,
  enumeration,
  flag,
  fromObject,
  fromSubject,
  list,
  member,
  message,
  nothing,
  ObjectReference,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  SOUND_TEXT,
  SubjectReference,
  struct,
  text,
  type Wire,
  type WireObject,
  type WireSubject,
} from '../../messages/index.js'
import type { JsonObject, SubjectReference as Subject } from '../../terms/index.js'

const TRACE = 'CheckDebugTrace'
const words = text(SOUND_TEXT)

const CaveatEvalInfo = message('CaveatEvalInfo', 'A caveat, and what it came to.', {
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
interface WireTrace {
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

const RESULTS = {
  no: 'PERMISSIONSHIP_NO_PERMISSION',
  yes: 'PERMISSIONSHIP_HAS_PERMISSION',
  conditional: 'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
  pending: 'PERMISSIONSHIP_UNSPECIFIED',
} as const

const CAVEAT_RESULTS = {
  no: 'RESULT_FALSE',
  yes: 'RESULT_TRUE',
  conditional: 'RESULT_MISSING_SOME_CONTEXT',
  pending: 'RESULT_UNEVALUATED',
} as const

/** @param operation the id that all parts of the trace carry */
export function fromTrace(
  { explanation, schema, durationMs }: Trace,
  subject: Subject,
  operation: string,
): Wire<typeof DebugInformation> {
  const told = (each: Explanation): WireTrace => ({
    resource: fromObject(each.object),
    permission: each.member.name,
    permissionType:
      each.member.kind === 'relation' ? 'PERMISSION_TYPE_RELATION' : 'PERMISSION_TYPE_PERMISSION',
    subject: fromSubject(subject),
    result: RESULTS[each.verdict],
    caveatEvaluationInfo: fromConditions(each),
    duration: '0s',
    wasCachedResult: each.because === null ? true : undefined,
    subProblems: each.because === null ? undefined : { traces: each.because.map(told) },
    optionalExpiresAt: null,
    traceOperationId: operation,
    source: 'pemba',
  })
  const duration = `${(durationMs / 1000).toFixed(6)}s`
  return { check: { ...told(explanation), duration }, schemaUsed: schema.text }
}

/** Any one of several conditions would do, so they are told as one. */
function fromConditions({ conditions }: Explanation): Wire<typeof CaveatEvalInfo> | null {
  if (conditions.length === 0) return null
  const join = (texts: readonly string[]): string => [...new Set(texts)].join(' || ')
  const best =
    conditions.find(({ verdict }) => verdict === 'yes') ??
    conditions.find(({ verdict }) => verdict === 'conditional') ??
    conditions[0]
  const missing = best.verdict === 'conditional' ? conditions.flatMap(each => each.missing) : []
  return {
    expression: join(conditions.map(({ expression }) => expression)),
    result: CAVEAT_RESULTS[best.verdict],
    context: Object.assign({}, ...conditions.map(({ context }) => context)) as JsonObject,
    partialCaveatInfo:
      missing.length === 0 ? null : { missingRequiredContext: [...new Set(missing)].sort() },
    caveatName: join(conditions.map(({ caveat }) => caveat)),
  }
}
