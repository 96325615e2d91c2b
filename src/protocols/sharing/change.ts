// Changing who has access: changes that are all made in one revision, or none of them.

import { token } from '../../engine/index.js'
import { type Scope, toNote, unary } from '../../http/index.js'
import {
  list,
  message,
  NO_FAULTS,
  ObjectReference,
  required,
  toObject,
  ZedToken,
} from '../../messages/index.js'
import { changeSharing } from '../../sharing/index.js'
import { limits, parseToken } from '../../terms/index.js'
import { SharingChange, toChange } from './changeMessage.js'
import { ACTING, EXAMPLES, NOTE, SharingDifference, TAG } from './messages.js'
import { fromDifference, toActing } from './wire.js'

const COUNT = [{ field: '.changes', expected: `1 to ${limits.sharingChangesMax} changes` }]

const ChangeSharingRequest = message(
  'ChangeSharingRequest',
  'Changes of one sheet that are all made, or none of them. With a token, only if the sheet has not changed since then.',
  {
    resource: required(ObjectReference),
    ...ACTING,
    optionalExpectedAt: ZedToken,
    changes: list(required(SharingChange)),
  },
  {
    rule: ({ changes }) =>
      changes.length > 0 && changes.length <= limits.sharingChangesMax ? NO_FAULTS : COUNT,
    example: {
      resource: EXAMPLES.resource,
      actor: EXAMPLES.actor,
      changes: [
        {
          operation: 'OPERATION_CHOOSE',
          principal: EXAMPLES.group,
          principals: [EXAMPLES.person],
        },
      ],
    },
  },
)

const ChangeSharingResponse = message(
  'ChangeSharingResponse',
  'What became of the sheet; nothing is told to an actor who may not read it.',
  {
    changedAt: ZedToken,
    added: list(required(SharingDifference)),
    removed: list(required(SharingDifference)),
  },
)

export function changeRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/sharing/change',
    tag: TAG,
    summary: 'Change who has access',
    description: `Gives and takes roles of a resource. The rules of the schema are held as of the very revision that the change follows, and nobody who keeps access loses it in between. ${NOTE}`,
    request: ChangeSharingRequest,
    response: ChangeSharingResponse,
    async answer(body, { engine, metadata }) {
      const { optionalExpectedAt: expected } = body
      const { revision, added, removed } = await changeSharing(engine, {
        resource: toObject(body.resource),
        ...toActing(body),
        expected: expected === null ? null : parseToken(expected.token),
        changes: body.changes.map(toChange),
        note: toNote(metadata, null),
      })
      return {
        changedAt: { token: token(engine, revision) },
        added: added.map(fromDifference),
        removed: removed.map(fromDifference),
      }
    },
  })
}
