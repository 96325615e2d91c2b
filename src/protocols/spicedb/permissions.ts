// Check and bulk check.

import {
  type BulkAnswer,
  type BulkItem,
  check,
  checkBulk,
  type TracedAnswer,
  token,
} from '../../engine/index.js'
import { type Call, type Scope, unary } from '../../http/index.js'
import {
  CONTEXTUAL,
  Consistency,
  flag,
  fromCheckAnswer,
  list,
  member,
  message,
  ObjectReference,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  required,
  Status,
  SubjectReference,
  struct,
  text,
  timestamp,
  toCheckItem,
  toContextual,
  toSpiceDbStatus,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import { type CheckItem, Refusal } from '../../terms/index.js'
import { DebugInformation, fromTrace } from './trace.js'

const TAG = 'permissions'

const QUESTION = {
  resource: required(ObjectReference),
  permission: text(RELATION_NAME),
  subject: required(SubjectReference),
  context: struct,
  ...CONTEXTUAL,
}

const QUESTION_EXAMPLE = {
  resource: { objectType: 'document', objectId: 'plan' },
  permission: 'view',
  subject: { object: { objectType: 'user', objectId: 'ann' } },
}

const ANSWER = {
  permissionship,
  partialCaveatInfo: PartialCaveatInfo,
  debugTrace: DebugInformation,
}

export const CheckPermissionRequest = message(
  'CheckPermissionRequest',
  'May the subject do this to the resource?',
  { consistency: Consistency, ...QUESTION, withTracing: flag },
  { example: { ...QUESTION_EXAMPLE, consistency: { fullyConsistent: true } } },
)

export const CheckPermissionResponse = message('CheckPermissionResponse', 'The answer.', {
  checkedAt: ZedToken,
  ...ANSWER,
  optionalExpiresAt: timestamp,
})

const Item = message('CheckBulkPermissionsRequestItem', 'One question of many.', QUESTION)

const CheckBulkPermissionsRequest = message(
  'CheckBulkPermissionsRequest',
  'Many questions, answered at one place in the order of changes.',
  { consistency: Consistency, items: list(required(Item)), ...CONTEXTUAL, withTracing: flag },
  { example: { items: [QUESTION_EXAMPLE] } },
)

const Pair = message('CheckBulkPermissionsPair', 'A question with its answer or its error.', {
  request: Item,
  item: member(message('CheckBulkPermissionsResponseItem', 'The answer.', ANSWER)),
  error: member(Status),
})

const CheckBulkPermissionsResponse = message(
  'CheckBulkPermissionsResponse',
  'The answers in the order of the questions.',
  { checkedAt: ZedToken, pairs: list(required(Pair)) },
)

export function permissionRoutes(scope: Scope): void {
  unary(scope, {
    path: '/v1/permissions/check',
    tag: TAG,
    summary: 'Check a permission',
    description:
      'Whether a subject has a permission, or a relation, on a resource. `withTracing` asks for the reasons, unless the check is refused.',
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
    deprecatedPath: '/v1/experimental/permissions/bulkcheckpermission',
    tag: TAG,
    summary: 'Check many permissions',
    description: 'Each question has its own answer or its own error; one does not fail the others.',
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

const toBulkItem = (item: Wire<typeof Item>): BulkItem => ({
  ...toCheckItem(item),
  contextual: toContextual(item.contextualRelationships),
})

function toPair(request: Wire<typeof Item>, answer: BulkAnswer, call: Call): Wire<typeof Pair> {
  if (answer instanceof Refusal) {
    return { request, item: undefined, error: toSpiceDbStatus(answer) }
  }
  const debugTrace = fromTraced(answer, toCheckItem(request), call)
  return { request, item: { ...fromCheckAnswer(answer), debugTrace }, error: undefined }
}

/** As its gateways pass on what SpiceDB's own clients send with a call. */
const TRACE_HEADERS = ['io.spicedb.requestdebuginfo', 'grpc-metadata-io.spicedb.requestdebuginfo']

const asksForTrace = (body: { readonly withTracing: boolean }, { metadata }: Call): boolean =>
  body.withTracing || TRACE_HEADERS.some(name => metadata.has(name))

const fromTraced = ({ trace }: TracedAnswer, { subject }: CheckItem, { metadata }: Call) =>
  trace === undefined ? null : fromTrace(trace, subject, metadata.requestId)
