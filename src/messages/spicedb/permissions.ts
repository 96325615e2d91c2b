// The messages of checks and bulk checks.

import { flag, list, struct, text, timestamp } from '../field.js'
import { member, message, required } from '../message.js'
import { Status } from '../status.js'
import {
  CONTEXTUAL,
  Consistency,
  ObjectReference,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  SubjectReference,
  ZedToken,
} from './shared.js'
import { DebugInformation } from './trace.js'

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
  'Does the subject have the permission on the resource?',
  { consistency: Consistency, ...QUESTION, withTracing: flag },
  { example: { ...QUESTION_EXAMPLE, consistency: { fullyConsistent: true } } },
)

export const CheckPermissionResponse = message('CheckPermissionResponse', 'The answer.', {
  checkedAt: ZedToken,
  ...ANSWER,
  optionalExpiresAt: timestamp,
})

export const CheckBulkPermissionsItem = message(
  'CheckBulkPermissionsRequestItem',
  'One question of many.',
  QUESTION,
)

export const CheckBulkPermissionsRequest = message(
  'CheckBulkPermissionsRequest',
  'Many questions, all answered at one revision.',
  {
    consistency: Consistency,
    items: list(required(CheckBulkPermissionsItem)),
    ...CONTEXTUAL,
    withTracing: flag,
  },
  { example: { items: [QUESTION_EXAMPLE] } },
)

export const CheckBulkPermissionsPair = message(
  'CheckBulkPermissionsPair',
  'A question with its answer or its error.',
  {
    request: CheckBulkPermissionsItem,
    item: member(message('CheckBulkPermissionsResponseItem', 'The answer.', ANSWER)),
    error: member(Status),
  },
)

export const CheckBulkPermissionsResponse = message(
  'CheckBulkPermissionsResponse',
  'The answers in the order of the questions.',
  { checkedAt: ZedToken, pairs: list(required(CheckBulkPermissionsPair)) },
)
