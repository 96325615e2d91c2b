// Check and bulk check.

import { type BulkAnswer, type BulkItem, check, checkBulk, token } from '../../engine/index.js'
import { Refusal } from '../../terms/index.js'
import { failure } from '../failures.js'
import { toFailure } from '../faults.js'
import { flag, list, nothing, struct, text, timestamp } from '../field.js'
import { member, message, required, type Wire } from '../message.js'
import {
  CONTEXTUAL,
  Consistency,
  ObjectReference,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  SubjectReference,
  ZedToken,
} from './messages.js'
import { type Scope, unary } from './route.js'
import { fromCheckAnswer, toCheckItem, toContextual } from './wire.js'

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
  debugTrace: nothing,
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
  error: member(failure),
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
    description: 'Whether a subject has a permission, or a relation, on a resource.',
    request: CheckPermissionRequest,
    response: CheckPermissionResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const question = {
        consistency,
        item: toCheckItem(body),
        contextual: toContextual(body.contextualRelationships),
      }
      const { answer, revision } = await check(engine, question, call)
      return {
        checkedAt: { token: token(engine, revision) },
        ...fromCheckAnswer(answer),
        debugTrace: null,
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
    async answer({ items, contextualRelationships }, call) {
      const { engine, consistency } = call
      const questions = {
        consistency,
        items: items.map(toBulkItem),
        contextual: toContextual(contextualRelationships),
      }
      const { answer: answers, revision } = await checkBulk(engine, questions, call)
      const pairs = items.map((item, position) => toPair(item, answers[position]))
      return { checkedAt: { token: token(engine, revision) }, pairs }
    },
  })
}

const toBulkItem = (item: Wire<typeof Item>): BulkItem => ({
  ...toCheckItem(item),
  contextual: toContextual(item.contextualRelationships),
})

function toPair(request: Wire<typeof Item>, answer: BulkAnswer): Wire<typeof Pair> {
  return answer instanceof Refusal
    ? { request, item: undefined, error: toFailure(answer).body }
    : { request, item: { ...fromCheckAnswer(answer), debugTrace: null }, error: undefined }
}
