// The messages that list which permissions a subject has on a resource.

import { list, struct, text } from '../field.js'
import { member, message, required } from '../message.js'
import {
  CONTEXTUAL,
  Consistency,
  ObjectReference,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  SubjectReference,
  ZedToken,
} from '../spicedb/shared.js'
import { Status } from '../status.js'

export const ListPermissionsRequest = message(
  'ListPermissionsRequest',
  'Which permissions does the subject have on the resource? Names may be those of permissions ' +
    'and relations. Without names, all permissions of the definition.',
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

export const ListedPermissionMessage = message(
  'ListedPermission',
  'A permission with its answer. If the check is refused, the answer is unspecified and there ' +
    'is an error.',
  {
    permission: text(RELATION_NAME),
    permissionship,
    partialCaveatInfo: PartialCaveatInfo,
    error: member(Status),
  },
)

export const ListPermissionsResponse = message(
  'ListPermissionsResponse',
  'Each permission once, in the order of the schema.',
  { checkedAt: ZedToken, permissions: list(required(ListedPermissionMessage)) },
)
