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
  /** Without `ERROR_REASON_`; null where there is no ErrorInfo. */
  readonly reason: string | null
  /** Names that its metadata has, perhaps beside others. */
  readonly metadata: readonly string[]
}

/** What the refusals stand on, beside what the script has written. */
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
