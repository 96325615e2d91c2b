// What a person can reach, and by which grants.

import { token } from '../../engine/index.js'
import { reading, type Scope } from '../../http/index.js'
import {
  Consistency,
  Cursor,
  fromCheckAnswer,
  fromObject,
  fromSubject,
  list,
  message,
  ObjectReference,
  orEmpty,
  PartialCaveatInfo,
  permissionship,
  required,
  SubjectReference,
  TYPE_NAME,
  text,
  toObject,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import { type ReachItem as Item, listReach } from '../../sharing/index.js'
import { EXAMPLES, GRANT, PAGE, TAG } from './messages.js'
import { fromCursor, fromGiven } from './wire.js'

const ListReachRequest = message(
  'ListReachRequest',
  'Whose reach; of one definition, or of all that are shared.',
  {
    consistency: Consistency,
    principal: required(ObjectReference),
    optionalResourceType: text(orEmpty(TYPE_NAME)),
    ...PAGE,
  },
  { example: { principal: EXAMPLES.person.object } },
)

const ReachGrant = message(
  'ReachGrant',
  'A role, where it comes from, and through which set the person has it, if it is not its own.',
  { ...GRANT, through: SubjectReference },
)

const ReachItem = message('ReachItem', 'A resource, and by which grants the person reaches it.', {
  resource: required(ObjectReference),
  permissionship,
  partialCaveatInfo: PartialCaveatInfo,
  grants: list(required(ReachGrant)),
})

const ListReachResponse = message(
  'ListReachResponse',
  'Resources by definition and id, each once; without a cursor there are no more.',
  { readAt: ZedToken, items: list(required(ReachItem)), afterResultCursor: Cursor },
)

export function reachRoute(scope: Scope): void {
  reading(scope, {
    path: '/v1/sharing/reach',
    tag: TAG,
    summary: 'List what a person can reach',
    description: 'The resources that a person has access to, with the grants that it has it by.',
    request: ListReachRequest,
    response: ListReachResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const asked = {
        consistency,
        person: toObject(body.principal),
        resourceType: body.optionalResourceType,
        context: {},
        limit: body.optionalLimit,
        cursor: body.optionalCursor?.token ?? null,
      }
      const page = await listReach(engine, asked, call)
      return {
        readAt: { token: token(engine, page.revision) },
        items: page.rows.map(fromItem),
        afterResultCursor: fromCursor(page.cursor),
      }
    },
  })
}

const fromItem = ({ resource, answer, grants }: Item): Wire<typeof ReachItem> => ({
  resource: fromObject(resource),
  ...fromCheckAnswer(answer),
  grants: grants.map(({ through, ...given }) => ({
    ...fromGiven(given, through),
    through: through === null ? null : fromSubject(through),
  })),
})
