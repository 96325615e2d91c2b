// The routes of checks and bulk checks.

import {
  type BulkAnswer,
  type BulkItem,
  check,
  checkBulk,
  type TracedAnswer,
  token,
} from '../../engine/index.js'
import { type Call, type RouteScope, unary } from '../../http/index.js'
import {
  type CheckBulkPermissionsItem,
  type CheckBulkPermissionsPair,
  CheckBulkPermissionsRequest,
  CheckBulkPermissionsResponse,
  CheckPermissionRequest,
  CheckPermissionResponse,
  fromCheckAnswer,
  toCheckItem,
  toContextual,
  toSpiceDbStatus,
  type Wire,
} from '../../messages/index.js'
import { type CheckItem, Refusal } from '../../terms/index.js'
import { fromTrace } from './trace.js'

const TAG = 'permissions'

export function permissionRoutes(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/permissions/check',
    writes: false,
    tag: TAG,
    summary: 'Check a permission',
    description:
      'Whether a subject has a permission, or a relation, on a resource. `withTracing` asks ' +
      'for the reasons, unless the check is refused.',
    request: CheckPermissionRequest,
    response: CheckPermissionResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const question = {
        consistency,
        item: toCheckItem(body),
        contextual: toContextual(body.contextualRelationships),
        tracing: asksForTrace(body, call),
      }
      const { answer, revision } = await check(engine, question, call)
      return {
        checkedAt: { token: token(engine, revision) },
        ...fromCheckAnswer(answer),
        debugTrace: fromTraced(answer, question.item, call),
        optionalExpiresAt: null,
      }
    },
  })
  unary(scope, {
    path: '/v1/permissions/checkbulk',
    writes: false,
    deprecatedPath: '/v1/experimental/permissions/bulkcheckpermission',
    tag: TAG,
    summary: 'Check many permissions',
    description:
      'Each question has its own answer or its own error. An error does not fail the other ' +
      'questions.',
    request: CheckBulkPermissionsRequest,
    response: CheckBulkPermissionsResponse,
    async answer(body, call) {
      const { items, contextualRelationships } = body
      const { engine, consistency } = call
      const questions = {
        consistency,
        items: items.map(toBulkItem),
        contextual: toContextual(contextualRelationships),
        tracing: asksForTrace(body, call),
      }
      const { answer: answers, revision } = await checkBulk(engine, questions, call)
      const pairs = items.map((item, position) => toPair(item, answers[position], call))
      return { checkedAt: { token: token(engine, revision) }, pairs }
    },
  })
}

const toBulkItem = (item: Wire<typeof CheckBulkPermissionsItem>): BulkItem => ({
  ...toCheckItem(item),
  contextual: toContextual(item.contextualRelationships),
})

function toPair(
  request: Wire<typeof CheckBulkPermissionsItem>,
  answer: BulkAnswer,
  call: Call,
): Wire<typeof CheckBulkPermissionsPair> {
  if (answer instanceof Refusal) {
    return { request, item: undefined, error: toSpiceDbStatus(answer) }
  }
  const debugTrace = fromTraced(answer, toCheckItem(request), call)
  return { request, item: { ...fromCheckAnswer(answer), debugTrace }, error: undefined }
}

/** The header by which SpiceDB's clients ask for a trace, also as its gateway names it. */
const TRACE_HEADERS = ['io.spicedb.requestdebuginfo', 'grpc-metadata-io.spicedb.requestdebuginfo']

const asksForTrace = (body: { readonly withTracing: boolean }, { metadata }: Call): boolean =>
  body.withTracing || TRACE_HEADERS.some(name => metadata.has(name))

const fromTraced = ({ trace }: TracedAnswer, { subject }: CheckItem, { metadata }: Call) =>
  trace === undefined ? null : fromTrace(trace, subject, metadata.requestId)
