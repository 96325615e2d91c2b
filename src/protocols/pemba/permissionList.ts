// The list of a subject's permissions on a resource, in one answer: for a page that shows the
// possible actions. The answer has every permission asked about, including those that the subject
// lacks, so that the page can tell these from permissions that the schema does not have.

import { type ListedPermission, listPermissions, token } from '../../engine/index.js'
import { type RouteScope, unary } from '../../http/index.js'
import {
  fromCheckAnswer,
  type ListedPermissionMessage,
  ListPermissionsRequest,
  ListPermissionsResponse,
  toContextual,
  toObject,
  toSpiceDbStatus,
  toSubject,
  type Wire,
} from '../../messages/index.js'
import { Refusal } from '../../terms/index.js'

export function permissionListRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/permissions/list',
    writes: false,
    tag: 'permissions',
    summary: 'List permissions',
    description:
      'What a subject may do to a resource. Each permission has its own answer, also if it is ' +
      'no, or its own error; one does not fail the others.',
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

const fromListed = ({
  permission,
  answer,
}: ListedPermission): Wire<typeof ListedPermissionMessage> =>
  answer instanceof Refusal
    ? {
        permission,
        permissionship: 'PERMISSIONSHIP_UNSPECIFIED',
        partialCaveatInfo: null,
        error: toSpiceDbStatus(answer),
      }
    : { permission, ...fromCheckAnswer(answer), error: undefined }
