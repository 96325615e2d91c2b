// Compares what nodes answered with what happened. Every answer must be right at the revision that
// it names, and that revision as new as the question demanded. Every acknowledged write must be in
// the history once, at the acknowledged revision, and no refused write at all.

import { parseToken, type Revision } from '../../src/terms/index.js'
import type { History } from './history.js'
import { DOCS, seesDoc, USERS } from './model.js'

export type Question =
  | { readonly kind: 'check'; readonly doc: string; readonly user: string }
  /** A lookup of the documents of a user. */
  | { readonly kind: 'resources'; readonly user: string }
  /** A lookup of the users of a document. */
  | { readonly kind: 'subjects'; readonly doc: string }

export interface Answered {
  readonly question: Question
  /** `yes` or `no` for a check; the ids of a lookup in the order of the answer. */
  readonly answer: string
  readonly revision: Revision
  /** The oldest revision that the answer may have. */
  readonly least: Revision
  /** The newest revision that the answer may have, where the question demands one. */
  readonly most: Revision
  /** The node, the client, and the form of the question. */
  readonly about: string
}

export interface Written {
  readonly id: string
  readonly touched: readonly string[]
  readonly deleted: readonly string[]
  /** The relationships that a precondition required. */
  readonly required: readonly string[]
  /** The acknowledged revision, `refused`, or `unknown` where no answer came. */
  readonly outcome: Revision | 'refused' | 'unknown'
}

export const toRevisionOf = (token: string): Revision => parseToken(token).revision

export class Judge {
  readonly #history: History
  readonly #violations: string[] = []
  #waiting: Answered[] = []
  readonly #written: Written[] = []
  #judged = 0

  constructor(history: History) {
    this.#history = history
  }

  get violations(): readonly string[] {
    return this.#violations
  }

  /** The number of judged answers. */
  get judged(): number {
    return this.#judged
  }

  accuse(violation: string): void {
    this.#violations.push(violation)
  }

  hear(answered: Answered): void {
    const { revision, least, most, about } = answered
    if (revision < least) this.accuse(`${about}: of ${revision}, expected ${least} or later`)
    if (revision > most) this.accuse(`${about}: of ${revision}, expected ${most}`)
    this.#waiting.push(answered)
  }

  note(written: Written): void {
    this.#written.push(written)
  }

  /** Judges the answers of revisions that the history has reached. */
  judge(): void {
    const { head } = this.#history
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) {
      if (each.revision > head) this.#waiting.push(each)
      else this.#judgeAnswer(each)
    }
  }

  #judgeAnswer({ question, answer, revision, about }: Answered): void {
    this.#judged++
    const expected = answerOf(this.#history, question, revision)
    if (answer === expected) return
    this.accuse(
      `${about}: ${JSON.stringify(question)} at ${revision} was told ${answer}, is ${expected}`,
    )
  }

  /** Judges the writes, once no request runs and the history is complete. */
  conclude(): void {
    this.judge()
    for (const { about, revision } of this.#waiting) {
      this.accuse(`${about}: of ${revision}, which never was`)
    }
    for (const written of this.#written) this.#judgeWrite(written)
  }

  #judgeWrite({ id, touched, deleted, required, outcome }: Written): void {
    const revisions = this.#history.revisionsOf(id)
    if (revisions.length > 1) this.accuse(`write ${id} happened at ${revisions.join(' and at ')}`)
    const [revision] = revisions
    if (outcome === 'refused' && revision !== undefined) {
      this.accuse(`write ${id} was refused, and happened at ${revision}`)
    }
    if (typeof outcome === 'number' && outcome !== revision) {
      this.accuse(`write ${id} was acknowledged at ${outcome}, and happened at ${revision}`)
    }
    if (revision === undefined) return
    const [before, after] = [(revision - 1) as Revision, revision].map(at => this.#history.at(at))
    for (const [each, moment, there] of [
      ...touched.map(each => [each, after, true] as const),
      ...deleted.map(each => [each, after, false] as const),
      ...required.map(each => [each, before, true] as const),
    ]) {
      if (moment.has(each) !== there) {
        this.accuse(`write ${id} at ${revision}: ${each} is ${there ? 'not ' : ''}there`)
      }
    }
  }
}

function answerOf(history: History, question: Question, revision: Revision): string {
  const moment = history.at(revision)
  switch (question.kind) {
    case 'check':
      return seesDoc(moment, question.doc, question.user) ? 'yes' : 'no'
    case 'resources':
      return DOCS.filter(doc => seesDoc(moment, doc, question.user)).join()
    case 'subjects':
      return USERS.filter(user => seesDoc(moment, question.doc, user)).join()
  }
}
