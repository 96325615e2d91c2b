// The messages that change who has access.

import { limits } from '../../terms/index.js'
import { list, NO_FAULTS } from '../field.js'
import { message, required } from '../message.js'
import { ObjectReference, ZedToken } from '../spicedb/shared.js'
import { SharingChangeMessage } from './changeMessage.js'
import { ACTING, SHARING_EXAMPLES, SharingDifferenceMessage } from './shared.js'

const COUNT = [{ field: '.changes', expected: `1 to ${limits.sharingChangesMax} changes` }]

export const ChangeSharingRequest = message(
  'ChangeSharingRequest',
  'Changes of one sheet, of which all are made or none. With a token, they are made only if ' +
    'the sheet has not changed since the token.',
  {
    resource: required(ObjectReference),
    ...ACTING,
    optionalExpectedAt: ZedToken,
    changes: list(required(SharingChangeMessage)),
  },
  {
    rule: ({ changes }) =>
      changes.length > 0 && changes.length <= limits.sharingChangesMax ? NO_FAULTS : COUNT,
    example: {
      resource: SHARING_EXAMPLES.resource,
      actor: SHARING_EXAMPLES.actor,
      changes: [
        {
          operation: 'OPERATION_CHOOSE',
          principal: SHARING_EXAMPLES.group,
          principals: [SHARING_EXAMPLES.person],
        },
      ],
    },
  },
)

export const ChangeSharingResponse = message(
  'ChangeSharingResponse',
  'The grants that were added and removed. Both lists are empty for an actor who may not read ' +
    'the sheet.',
  {
    changedAt: ZedToken,
    added: list(required(SharingDifferenceMessage)),
    removed: list(required(SharingDifferenceMessage)),
  },
)
