// Sharing from the wire to terms and back, as pure functions.

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

const HOWS = { scope: 'HOW_SCOPE', inherited: 'HOW_INHERITED' } as const

/** @param through the set by which somebody has it; null for who is named */
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
    return { how: HOWS[how.kind], via: fromSubject({ ...how.via, relation: '' }) }
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

/** An answer, or the error in its place; null where nothing was asked. */
export const fromAnswer = (answer: CheckAnswer | Refusal | null) =>
  answer === null || answer instanceof Refusal
    ? { ...UNANSWERED, error: fromRefusal(answer) }
    : { ...fromCheckAnswer(answer), error: undefined }

export const fromRefusal = (refusal: Refusal | null) =>
  refusal === null ? undefined : toSharingStatus(refusal)
