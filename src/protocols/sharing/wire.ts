// The conversions between the messages and the types of sharing, as pure functions.

import {
  fromCheckAnswer,
  fromPrincipalKind,
  fromSubject,
  fromTime,
  fromTraits,
  type SharingDifferenceMessage,
  toObject,
  toSharingStatus,
  type Wire,
  type WireObject,
} from '../../messages/index.js'
import type { Acting, Difference, GrantDetails, Principal } from '../../sharing/index.js'
import {
  type CheckAnswer,
  type JsonObject,
  Refusal,
  type SubjectReference,
} from '../../terms/index.js'

interface WireActing {
  readonly actor: WireObject
  readonly context: JsonObject | null
}

export const toActing = ({ actor, context }: WireActing): Acting => ({
  actor: toObject(actor),
  context: context ?? {},
})

export const fromPrincipal = ({ principal, kind, members }: Principal) => ({
  principal: fromSubject(principal),
  kind: fromPrincipalKind(kind),
  memberCount: members,
})

export const fromDifference = ({
  principal,
  kind,
  role,
}: Difference): Wire<typeof SharingDifferenceMessage> => ({
  principal: fromSubject(principal),
  kind: fromPrincipalKind(kind),
  role,
})

const SOURCES = { scope: 'HOW_SCOPE', inherited: 'HOW_INHERITED' } as const

/** @param through the set through which a person has the grant; null for a grant to itself */
export const fromGrantDetails = (
  { role, how, since, by, reason, ...traits }: GrantDetails,
  through: SubjectReference | null,
) => ({
  role,
  ...fromSource(how, through),
  since: fromMoment(since),
  by,
  reason,
  ...fromTraits(traits),
})

function fromSource(how: GrantDetails['how'], through: SubjectReference | null) {
  if (how.kind !== 'direct')
    return { how: SOURCES[how.kind], via: fromSubject({ ...how.via, relation: '' }) }
  return through === null
    ? ({ how: 'HOW_DIRECT', via: null } as const)
    : ({ how: 'HOW_GROUP', via: fromSubject(through) } as const)
}

const fromMoment = (time: number | null): string | null => (time === null ? null : fromTime(time))

export const fromCursor = (token: string | null) => (token === null ? null : { token })

const UNANSWERED = {
  permissionship: 'PERMISSIONSHIP_UNSPECIFIED',
  partialCaveatInfo: null,
} as const

/** The fields of an answer, or of the error in its place. Null stands for no check. */
export const fromAnswer = (answer: CheckAnswer | Refusal | null) =>
  answer === null || answer instanceof Refusal
    ? { ...UNANSWERED, error: fromRefusal(answer) }
    : { ...fromCheckAnswer(answer), error: undefined }

export const fromRefusal = (refusal: Refusal | null) =>
  refusal === null ? undefined : toSharingStatus(refusal)
