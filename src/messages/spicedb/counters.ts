// The messages of counters. A counter is a filter that is registered under a name, to count by.

import { COUNTER_NAME_FORM } from '../../terms/index.js'
import { flag, text, uint64 } from '../field.js'
import { member, message, required } from '../message.js'
import { RelationshipFilter, SOUND_TEXT, ZedToken } from './shared.js'

/** The operations check the form of the name, since counters of older versions have other names. */
const name = text({ ...SOUND_TEXT, expected: COUNTER_NAME_FORM })

export const RegisterCounterRequest = message(
  'ExperimentalRegisterRelationshipCounterRequest',
  'The name of the counter, and the filter by which it counts.',
  { name, relationshipFilter: required(RelationshipFilter) },
  { example: { name: 'documents', relationshipFilter: { resourceType: 'document' } } },
)

export const RegisterCounterResponse = message(
  'ExperimentalRegisterRelationshipCounterResponse',
  'An empty message.',
  {},
)

const EXAMPLE = { example: { name: 'documents' } }

export const CountRelationshipsRequest = message(
  'ExperimentalCountRelationshipsRequest',
  'Which counter.',
  { name },
  EXAMPLE,
)

const CountValue = message(
  'ReadCounterValue',
  'The number of relationships, and the revision of the count.',
  {
    relationshipCount: uint64,
    readAt: ZedToken,
  },
)

export const CountRelationshipsResponse = message(
  'ExperimentalCountRelationshipsResponse',
  'The count. It is never still calculating, because it is counted on request.',
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
  'An empty message.',
  {},
)
