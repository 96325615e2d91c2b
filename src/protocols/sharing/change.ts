// The route that changes who has access. All changes of a request are made in one revision, or
// none.

import { token } from '../../engine/index.js'
import { type RouteScope, toNote, unary } from '../../http/index.js'
import {
  ChangeSharingRequest,
  ChangeSharingResponse,
  type SharingChangeMessage,
  toObject,
  toSubject,
  toTraits,
  type Wire,
} from '../../messages/index.js'
import { changeSharing, type SharingChange } from '../../sharing/index.js'
import { assert, parseToken } from '../../terms/index.js'
import { NOTE, TAG } from './heading.js'
import { fromDifference, toActing } from './wire.js'

export function changeRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/sharing/change',
    writes: true,
    tag: TAG,
    summary: 'Change who has access',
    description:
      'Gives and takes roles of a resource. The rules of the schema are checked at the very ' +
      'revision that the change follows, and nobody who keeps access loses it in between. ' +
      `${NOTE}`,
    request: ChangeSharingRequest,
    response: ChangeSharingResponse,
    async answer(body, call) {
      const { engine, metadata } = call
      const { optionalExpectedAt: expected } = body
      const request = {
        resource: toObject(body.resource),
        ...toActing(body),
        expected: expected === null ? null : parseToken(expected.token),
        changes: body.changes.map(toChange),
        note: toNote(metadata, null),
      }
      const { revision, added, removed } = await changeSharing(engine, request, call)
      return {
        changedAt: { token: token(engine, revision) },
        added: added.map(fromDifference),
        removed: removed.map(fromDifference),
      }
    },
  })
}

const KINDS = {
  OPERATION_GRANT: 'grant',
  OPERATION_REVOKE: 'revoke',
  OPERATION_CHANGE_ROLE: 'change-role',
  OPERATION_CHOOSE: 'choose',
  OPERATION_GATHER: 'gather',
  OPERATION_UNCHECK: 'uncheck',
} as const

export function toChange({
  operation,
  role,
  ...wire
}: Wire<typeof SharingChangeMessage>): SharingChange {
  assert(operation !== 'OPERATION_UNSPECIFIED', 'its rule has been held')
  const kind = KINDS[operation]
  const principal = toSubject(wire.principal)
  switch (kind) {
    case 'grant':
      return { kind, principal, role, ...toTraits(wire) }
    case 'change-role':
      return { kind, principal, former: wire.optionalFormerRole, role }
    case 'revoke':
    case 'gather':
      return { kind, principal, role }
    case 'choose':
      return { kind, principal, role, principals: wire.principals.map(toSubject) }
    case 'uncheck':
      return { kind, principal, principals: wire.principals.map(toSubject) }
  }
}
