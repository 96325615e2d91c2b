// The refusals that a script for SpiceDB's HTTP gateway expects: for each reason that a client can
// cause, the status, the gRPC code, the reason and the names of the metadata; and refusals without
// a reason. They run after the script, on the data that it has written.

import { DOCUMENTS } from './refusal.js'
import { REFUSED_QUESTIONS } from './refusedQuestions.js'
import { REFUSED_WRITES } from './refusedWrites.js'
import { type Body, member, relationship, subject, touch, user } from './step.js'

export interface RefusedStep {
  readonly claim: string
  readonly path: string
  readonly body: Body
  readonly http: number
  readonly code: number
  /** The reason without `ERROR_REASON_`, or null for no ErrorInfo. */
  readonly reason: string | null
  /** The names that its metadata must have, perhaps beside others. */
  readonly metadata: readonly string[]
}

/** The data that the refusals need beside that of the script. */
export const GROUND = {
  updates: [
    touch(
      relationship('split', 'viewer', user('ann'), { optionalCaveat: { caveatName: 'shared' } }),
    ),
    ...Array.from({ length: 700 }, (_, n) =>
      touch(member(`g${n}`, subject('group', `g${n + 1}`, 'member'))),
    ),
  ],
}

export const COUNTER = { name: 'kept', relationshipFilter: DOCUMENTS }

export const REFUSED: readonly RefusedStep[] = Object.entries({
  ...REFUSED_WRITES,
  ...REFUSED_QUESTIONS,
}).map(([claim, [path, body, { http, code }, reason, metadata = '']]) => ({
  claim,
  path,
  body,
  http,
  code,
  reason,
  metadata: metadata.split(' ').filter(name => name !== ''),
}))
