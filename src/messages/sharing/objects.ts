// The messages that create and remove shared resources.

import { list, uint64 } from '../field.js'
import { message, required } from '../message.js'
import { ObjectReference, ZedToken } from '../spicedb/shared.js'
import { ACTING, SHARING_EXAMPLES, SharingDifferenceMessage } from './shared.js'

export const CreateSharedRequest = message(
  'CreateSharedRequest',
  'The new resource, the object that it belongs to, and the actor who creates it.',
  { resource: required(ObjectReference), optionalScope: ObjectReference, ...ACTING },
  {
    example: {
      resource: { objectType: 'campaign', objectId: 'summer' },
      optionalScope: SHARING_EXAMPLES.scope,
      actor: SHARING_EXAMPLES.actor,
    },
  },
)

export const CreateSharedResponse = message('CreateSharedResponse', 'The grants of the resource.', {
  createdAt: ZedToken,
  added: list(required(SharingDifferenceMessage)),
})

export const RemoveSharedRequest = message(
  'RemoveSharedRequest',
  'The resource, and the actor who removes it.',
  { resource: required(ObjectReference), ...ACTING },
  { example: { resource: SHARING_EXAMPLES.resource, actor: SHARING_EXAMPLES.actor } },
)

export const RemoveSharedResponse = message(
  'RemoveSharedResponse',
  'The number of deleted relationships, of which the resource was the resource or the subject.',
  { removedAt: ZedToken, relationshipsDeletedCount: uint64 },
)
