// Messages about objects that come and go with their sharing.

import { list, uint64 } from '../field.js'
import { message, required } from '../message.js'
import { ObjectReference, ZedToken } from '../spicedb/shared.js'
import { ACTING, SHARING_EXAMPLES, SharingDifferenceMessage } from './shared.js'

export const CreateSharedRequest = message(
  'CreateSharedRequest',
  'A new resource, what it belongs to, and who makes it.',
  { resource: required(ObjectReference), optionalScope: ObjectReference, ...ACTING },
  {
    example: {
      resource: { objectType: 'campaign', objectId: 'summer' },
      optionalScope: SHARING_EXAMPLES.scope,
      actor: SHARING_EXAMPLES.actor,
    },
  },
)

export const CreateSharedResponse = message('CreateSharedResponse', 'With whom it is shared now.', {
  createdAt: ZedToken,
  added: list(required(SharingDifferenceMessage)),
})

export const RemoveSharedRequest = message(
  'RemoveSharedRequest',
  'Which resource, and who removes it.',
  { resource: required(ObjectReference), ...ACTING },
  { example: { resource: SHARING_EXAMPLES.resource, actor: SHARING_EXAMPLES.actor } },
)

export const RemoveSharedResponse = message(
  'RemoveSharedResponse',
  'How many relationships there were in which it was resource or subject.',
  { removedAt: ZedToken, relationshipsDeletedCount: uint64 },
)
