// The conversion of the explanation of a check to SpiceDB's trace message.

import type { Explanation, Trace } from '../../engine/index.js'
import {
  type CaveatEvalInfo,
  type DebugInformation,
  fromObject,
  fromSubject,
  type Wire,
  type WireTrace,
} from '../../messages/index.js'
import type { JsonObject, SubjectReference as Subject } from '../../terms/index.js'

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
  const toWireTrace = (each: Explanation): WireTrace => ({
    resource: fromObject(each.object),
    permission: each.member.name,
    permissionType:
      each.member.kind === 'relation' ? 'PERMISSION_TYPE_RELATION' : 'PERMISSION_TYPE_PERMISSION',
    subject: fromSubject(subject),
    result: RESULTS[each.verdict],
    caveatEvaluationInfo: fromConditions(each),
    duration: '0s',
    wasCachedResult: each.because === null ? true : undefined,
    subProblems: each.because === null ? undefined : { traces: each.because.map(toWireTrace) },
    optionalExpiresAt: null,
    traceOperationId: operation,
    source: 'pemba',
  })
  const duration = `${(durationMs / 1000).toFixed(6)}s`
  return { check: { ...toWireTrace(explanation), duration }, schemaUsed: schema.text }
}

/** The conditions as one caveat, because any one of several is enough. */
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
