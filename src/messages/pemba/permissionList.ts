// Messages about what a subject may do to a resource.

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

export const ListedPermissionMessage = message(
  'ListedPermission',
  'A permission with its answer; unspecified, with an error, if there is none.',
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
