// Counters: relationships by filters that are registered under a name.

import {
  countRelationships,
  registerCounter,
  token,
  unregisterCounter,
} from '../../engine/index.js'
import { type Scope, unary } from '../../http/index.js'
import {
  flag,
  member,
  message,
  RelationshipFilter,
  required,
  SOUND_TEXT,
  text,
  toFilter,
  uint64,
  type Wire,
  ZedToken,
} from '../../messages/index.js'

const TAG = 'relationships'
const name = text({ ...SOUND_TEXT, expected: 'the name of a counter' })

const RegisterRequest = message(
  'ExperimentalRegisterRelationshipCounterRequest',
  'A name, and what it is to count.',
  { name, relationshipFilter: required(RelationshipFilter) },
  { example: { name: 'documents', relationshipFilter: { resourceType: 'document' } } },
)

const RegisterResponse = message(
  'ExperimentalRegisterRelationshipCounterResponse',
  'Nothing to say.',
  {},
)

const EXAMPLE = { example: { name: 'documents' } }

const CountRequest = message(
  'ExperimentalCountRelationshipsRequest',
  'Which counter.',
  { name },
  EXAMPLE,
)

const CountValue = message('ReadCounterValue', 'How many there were, and as of when.', {
  relationshipCount: uint64,
  readAt: ZedToken,
})

const CountResponse = message(
  'ExperimentalCountRelationshipsResponse',
  'The count, which is always there: it is made when it is asked for.',
  { counterStillCalculating: member(flag), readCounterValue: member(CountValue) },
)

const UnregisterRequest = message(
  'ExperimentalUnregisterRelationshipCounterRequest',
  'Which counter.',
  { name },
  EXAMPLE,
)

const UnregisterResponse = message(
  'ExperimentalUnregisterRelationshipCounterResponse',
  'Nothing to say.',
  {},
)

export function counterRoutes(scope: Scope): void {
  unary(scope, {
    path: '/v1/experimental/registerrelationshipcounter',
    tag: TAG,
    summary: 'Register a counter',
    description: 'Gives a filter a name to count by.',
    request: RegisterRequest,
    response: RegisterResponse,
    async answer({ name, relationshipFilter }, { engine }) {
      await registerCounter(engine, name, toFilter(relationshipFilter))
      return {}
    },
  })
  unary(scope, {
    path: '/v1/experimental/countrelationships',
    tag: TAG,
    summary: 'Count relationships',
    description: 'How many relationships match the filter of a counter, exactly, at the head.',
    request: CountRequest,
    response: CountResponse,
    async answer({ name }, { engine }): Promise<Wire<typeof CountResponse>> {
      const { answer, revision } = await countRelationships(engine, name)
      const readAt = { token: token(engine, revision) }
      return {
        counterStillCalculating: undefined,
        readCounterValue: { relationshipCount: `${answer}`, readAt },
      }
    },
  })
  unary(scope, {
    path: '/v1/experimental/unregisterrelationshipcounter',
    tag: TAG,
    summary: 'Unregister a counter',
    description: 'Forgets a name.',
    request: UnregisterRequest,
    response: UnregisterResponse,
    async answer({ name }, { engine }) {
      await unregisterCounter(engine, name)
      return {}
    },
  })
}
