// Conversions that several routes of the client share. Those that client and service share are with
// the messages.

import {
  fromCheckItem,
  fromRelationship,
  toCheckAnswer,
  type WireAnswer,
} from '../messages/index.js'
import { assert, type CheckAnswer, type CheckItem, type Contextual } from '../terms/index.js'
import { RemoteError, type WireStatus } from './remoteError.js'

/** The revision at which to answer, by the token of an earlier answer. */
export type ConsistencyByToken =
  | { readonly kind: 'minimize-latency' }
  | { readonly kind: 'at-least'; readonly token: string }
  | { readonly kind: 'exact'; readonly token: string }
  | { readonly kind: 'full' }

export function fromConsistency(consistency: ConsistencyByToken = { kind: 'minimize-latency' }) {
  switch (consistency.kind) {
    case 'minimize-latency':
      return { minimizeLatency: true }
    case 'at-least':
      return { atLeastAsFresh: { token: consistency.token } }
    case 'exact':
      return { atExactSnapshot: { token: consistency.token } }
    case 'full':
      return { fullyConsistent: true }
  }
}

export const fromCursor = (token: string | undefined) =>
  token === undefined ? undefined : { token }

export const fromContextual = ({ contextual }: Contextual) => ({
  contextualRelationships: contextual?.map(fromRelationship),
})

export const fromItem = (item: CheckItem & Contextual) => ({
  ...fromCheckItem(item),
  ...fromContextual(item),
})

/** The token in an answer. */
export function tokenOf(wire: { readonly token: string } | null): string {
  assert(wire !== null, 'every answer of the service has its tokens')
  return wire.token
}

/** Of many answers, each of which may be an error in its place. */
export const toAnswerOrError = (
  answer: WireAnswer | undefined,
  error: WireStatus | undefined,
): CheckAnswer | RemoteError =>
  answer === undefined || error !== undefined
    ? new RemoteError(200, error ?? {})
    : toCheckAnswer(answer)
