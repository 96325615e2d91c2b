// Messages about counters: relationships by filters that are registered under a name.

import { COUNTER_NAME_FORM } from '../../terms/index.js'
import { flag, text, uint64 } from '../field.js'
import { member, message, required } from '../message.js'
import { RelationshipFilter, SOUND_TEXT, ZedToken } from './shared.js'

/** Its form is told by the operations, since counters of older versions have other names. */
const name = text({ ...SOUND_TEXT, expected: COUNTER_NAME_FORM })

export const RegisterCounterRequest = message(
  'ExperimentalRegisterRelationshipCounterRequest',
  'A name, and what it is to count.',
  { name, relationshipFilter: required(RelationshipFilter) },
  { example: { name: 'documents', relationshipFilter: { resourceType: 'document' } } },
)

export const RegisterCounterResponse = message(
  'ExperimentalRegisterRelationshipCounterResponse',
  'Nothing to say.',
  {},
)

const EXAMPLE = { example: { name: 'documents' } }

export const CountRelationshipsRequest = message(
  'ExperimentalCountRelationshipsRequest',
  'Which counter.',
  { name },
  EXAMPLE,
)

const CountValue = message('ReadCounterValue', 'How many there were, and as of when.', {
  relationshipCount: uint64,
  readAt: ZedToken,
})

export const CountRelationshipsResponse = message(
  'ExperimentalCountRelationshipsResponse',
  'The count, which is always there: it is made when it is asked for.',
  { counterStillCalculating: member(flag), readCounterValue: member(CountValue) },
)

export const UnregisterCounterRequest = message(
  'ExperimentalUnregisterRelationshipCounterRequest',
  'Which counter.',
  { name },
  EXAMPLE,
)

export const UnregisterCounterResponse = message(
  'ExperimentalUnregisterRelationshipCounterResponse',
  'Nothing to say.',
  {},
)
