// What a subject may do to a resource, in one answer: for a page that shows what it can offer. SpiceDB
// has nothing like it. Every permission that was asked about is listed, those that the subject lacks
// too, so that the page tells a permission that it lacks from one that the schema has not.

import { type ListedPermission, listPermissions, token } from '../../engine/index.js'
import { type Scope, unary } from '../../http/index.js'
import {
  CONTEXTUAL,
  Consistency,
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
  toContextual,
  toObject,
  toSpiceDbStatus,
  toSubject,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import { Refusal } from '../../terms/index.js'

const ListPermissionsRequest = message(
  'ListPermissionsRequest',
  'What may the subject do to the resource? Permissions and relations by their names; without any, all permissions of the definition.',
  {
    consistency: Consistency,
    resource: required(ObjectReference),
    subject: required(SubjectReference),
    context: struct,
    ...CONTEXTUAL,
    optionalPermissions: list(text(RELATION_NAME)),
  },
  {
    example: {
      resource: { objectType: 'document', objectId: 'plan' },
      subject: { object: { objectType: 'user', objectId: 'ann' } },
    },
  },
)

const Permission = message(
  'ListedPermission',
  'A permission with its answer; unspecified, with an error, if there is none.',
  {
    permission: text(RELATION_NAME),
    permissionship,
    partialCaveatInfo: PartialCaveatInfo,
    error: member(Status),
  },
)

const ListPermissionsResponse = message(
  'ListPermissionsResponse',
  'Each permission once, in the order of the schema.',
  { checkedAt: ZedToken, permissions: list(required(Permission)) },
)

export function permissionListRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/permissions/list',
    tag: 'permissions',
    summary: 'List permissions',
    description:
      'What a subject may do to a resource. Each permission has its own answer, also if it is no, or its own error; one does not fail the others.',
    request: ListPermissionsRequest,
    response: ListPermissionsResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const question = {
        consistency,
        resource: toObject(body.resource),
        subject: toSubject(body.subject),
        context: body.context ?? {},
        contextual: toContextual(body.contextualRelationships),
        permissions: body.optionalPermissions,
      }
      const { answer, revision } = await listPermissions(engine, question, call)
      return {
        checkedAt: { token: token(engine, revision) },
        permissions: answer.map(fromListed),
      }
    },
  })
}

const fromListed = ({ permission, answer }: ListedPermission): Wire<typeof Permission> =>
  answer instanceof Refusal
    ? {
        permission,
        permissionship: 'PERMISSIONSHIP_UNSPECIFIED',
        partialCaveatInfo: null,
        error: toSpiceDbStatus(answer),
      }
    : { permission, ...fromCheckAnswer(answer), error: undefined }
