// Clients that write and ask, each at a random node, with the token of what the client knows. The
// judge checks the answers, and the tally counts their speed. A node may be unavailable, or say
// that it cannot answer now. Any other refusal, and any fault, is an error.

import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { parseRelationship, type Revision, toRevision } from '../../src/terms/index.js'
import { type Dice, pick, toDice } from '../dice.js'
import { TEST_KEY } from '../service.js'
import { type Answered, type Judge, type Question, toRevisionOf } from './judge.js'
import { anyRelationship, DOCS, USERS } from './model.js'
import type { Tally } from './tally.js'

export interface LoadOptions {
  /** The URLs of the nodes. */
  readonly urls: readonly string[]
  readonly clients: number
  readonly seed: number
  readonly judge: Judge
  readonly tally: Tally
}

export interface Load {
  /** Resolves when no request runs any more. */
  end(): Promise<void>
}

const THINK_MS = 4
/** The time after which a client gives up on an answer, ms. */
const WAIT_MS = 2500
/** The age above which a node reports the age of an answer, ms. */
const UNTOLD_AGE_MS = 2500
const NEVER = toRevision(Number.MAX_SAFE_INTEGER)

/** The newest acknowledged revision by the time at which it was known. */
class Known {
  readonly #times: number[] = [0]
  readonly #revisions: Revision[] = [toRevision(0)]

  learn(revision: Revision): void {
    if (revision <= this.now) return
    this.#times.push(performance.now())
    this.#revisions.push(revision)
  }

  get now(): Revision {
    return this.#revisions[this.#revisions.length - 1]
  }

  at(time: number): Revision {
    let [low, high] = [0, this.#times.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.#times[middle] <= time) low = middle
      else high = middle
    }
    return this.#revisions[low]
  }
}

/** The parts of an answer, or of a line of it, that are judged. */
interface Line {
  readonly writtenAt?: { readonly token: string }
  readonly checkedAt?: { readonly token: string }
  readonly permissionship?: string
  readonly result?: Row
}

interface Row {
  readonly lookedUpAt: { readonly token: string }
  readonly resourceObjectId?: string
  readonly subject?: Found
  readonly excludedSubjects?: readonly Found[]
}

interface Found {
  readonly subjectObjectId: string
}

interface Told {
  readonly status: number
  readonly ageMs: number
  /** The JSON of each line. */
  readonly lines: readonly Line[]
}

interface Ground extends LoadOptions {
  readonly pools: readonly Pool[]
  readonly known: Known
  isOver(): boolean
}

export function startLoad(options: LoadOptions): Load {
  let over = false
  const pools = options.urls.map(
    url => new Pool(url, { connections: options.clients, headersTimeout: WAIT_MS }),
  )
  const ground: Ground = { ...options, pools, known: new Known(), isOver: () => over }
  const clients = Array.from({ length: options.clients }, (_, number) =>
    new Session(ground, number).live(),
  )
  return {
    async end() {
      over = true
      await Promise.all(clients)
      await Promise.all(pools.map(pool => pool.destroy()))
    },
  }
}

class Session {
  readonly #ground: Ground
  readonly #number: number
  readonly #dice: Dice
  /** The token of what this client knows, for questions that need at least that revision. */
  #token: string | null = null
  #count = 0

  constructor(ground: Ground, number: number) {
    this.#ground = ground
    this.#number = number
    this.#dice = toDice(ground.seed * 1000 + number)
  }

  async live(): Promise<void> {
    while (!this.#ground.isOver()) {
      await (this.#dice(4) === 0 ? this.#write() : this.#ask())
      await pause(THINK_MS * (1 + this.#dice(3)))
    }
  }

  async #write(): Promise<void> {
    const { judge, tally, known } = this.#ground
    const dice = this.#dice
    const id = `${this.#number}.${this.#count++}`
    const named = new Set(Array.from({ length: 1 + dice(3) }, () => anyRelationship(dice)))
    const [touched, deleted]: [string[], string[]] = [[], []]
    for (const each of named) (dice(10) < 4 ? touched : deleted).push(each)
    const required = dice(4) === 0 ? deleted.slice(0, 1) : []
    const body = {
      updates: [
        ...touched.map(each => toUpdate('TOUCH', each)),
        ...deleted.map(each => toUpdate('DELETE', each)),
      ],
      optionalPreconditions: required.map(toPrecondition),
      optionalTransactionMetadata: { id },
    }
    const told = await this.#send('relationships/write', body)
    const [line] = told?.lines ?? []
    const written = { id, touched, deleted, required }
    if (told?.status === 200) {
      const { token } = line.writtenAt!
      const revision = toRevisionOf(token)
      this.#token = token
      known.learn(revision)
      tally.wrote()
      judge.note({ ...written, outcome: revision })
      return
    }
    const isRefused = told?.status === 400 && /PRECONDITION_FAILURE/.test(JSON.stringify(line))
    if (!isRefused) this.#mourn(told, `write ${id}`)
    judge.note({ ...written, outcome: isRefused ? 'refused' : 'unknown' })
  }

  async #ask(): Promise<void> {
    const { judge, tally, known } = this.#ground
    const asked = known.now
    const begun = performance.now()
    const { consistency, least, most } = this.#consistency(asked)
    const question = this.#question()
    const about = `${this.#number}.${this.#count++} ${JSON.stringify(consistency)}`
    const told = await this.#send(...toRequest(question, consistency))
    if (told?.status !== 200) return this.#mourn(told, about)
    const found = toAnswer(question, told.lines)
    // An empty or interrupted stream names no revision.
    if (found === null) return
    const revision = toRevisionOf(found.token)
    const bound = least ?? known.at(begun - Math.max(told.ageMs, UNTOLD_AGE_MS))
    tally.asked(performance.now() - begun, told.ageMs)
    const answered: Answered = {
      question,
      answer: found.answer,
      revision,
      least: bound,
      most,
      about,
    }
    judge.hear(answered)
    if (this.#token === null || revision > toRevisionOf(this.#token)) this.#token = found.token
  }

  /** `least` is null for answers that may be as old as they say. */
  #consistency(asked: Revision) {
    const token = this.#token
    const drawn = this.#dice(10)
    if (drawn < 3 || token === null) {
      return { consistency: { minimizeLatency: true }, least: null, most: NEVER }
    }
    const own = toRevisionOf(token)
    if (drawn < 4) return { consistency: { atExactSnapshot: { token } }, least: own, most: own }
    if (drawn < 8) return { consistency: { atLeastAsFresh: { token } }, least: own, most: NEVER }
    return { consistency: { fullyConsistent: true }, least: asked, most: NEVER }
  }

  #question(): Question {
    const [doc, user] = [pick(this.#dice, DOCS), pick(this.#dice, USERS)]
    switch (this.#dice(12)) {
      case 0:
        return { kind: 'resources', user }
      case 1:
        return { kind: 'subjects', doc }
      default:
        return { kind: 'check', doc, user }
    }
  }

  /** Null when no complete answer came. */
  async #send(path: string, body: object): Promise<Told | null> {
    const pool = pick(this.#dice, this.#ground.pools)
    try {
      const answer = await pool.request({
        method: 'POST',
        path: `/v1/${path}`,
        headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(WAIT_MS),
      })
      const age = answer.headers['x-pemba-staleness-ms']
      const text = await answer.body.text()
      const lines = text.split('\n').filter(line => line !== '')
      return {
        status: answer.statusCode,
        ageMs: age === undefined ? 0 : Number(age),
        lines: lines.map(line => JSON.parse(line)),
      }
    } catch {
      return null
    }
  }

  #mourn(told: Told | null, about: string): void {
    const { judge, tally } = this.#ground
    tally.refused()
    if (told === null || told.status === 503 || told.status === 504) return
    judge.accuse(`${about}: ${told.status} ${JSON.stringify(told.lines)}`)
  }
}

const toObject = ({ type, id }: { readonly type: string; readonly id: string }) => ({
  objectType: type,
  objectId: id,
})

function toUpdate(operation: string, text: string) {
  const { resource, relation, subject } = parseRelationship(text)
  return {
    operation: `OPERATION_${operation}`,
    relationship: {
      resource: toObject(resource),
      relation,
      subject: { object: toObject(subject), optionalRelation: subject.relation },
    },
  }
}

function toPrecondition(text: string) {
  const { resource, relation, subject } = parseRelationship(text)
  return {
    operation: 'OPERATION_MUST_MATCH',
    filter: {
      resourceType: resource.type,
      optionalResourceId: resource.id,
      optionalRelation: relation,
      optionalSubjectFilter: {
        subjectType: subject.type,
        optionalSubjectId: subject.id,
        optionalRelation: { relation: subject.relation },
      },
    },
  }
}

function toRequest(question: Question, consistency: object): [path: string, body: object] {
  const permission = 'view'
  switch (question.kind) {
    case 'check':
      return [
        'permissions/check',
        {
          consistency,
          permission,
          resource: { objectType: 'doc', objectId: question.doc },
          subject: { object: { objectType: 'user', objectId: question.user } },
        },
      ]
    case 'resources':
      return [
        'permissions/resources',
        {
          consistency,
          permission,
          resourceObjectType: 'doc',
          subject: { object: { objectType: 'user', objectId: question.user } },
        },
      ]
    case 'subjects':
      return [
        'permissions/subjects',
        {
          consistency,
          permission,
          resource: { objectType: 'doc', objectId: question.doc },
          subjectObjectType: 'user',
        },
      ]
  }
}

/** Null for an answer that names no revision, or is not complete. */
function toAnswer(
  question: Question,
  lines: readonly Line[],
): { readonly answer: string; readonly token: string } | null {
  const [{ permissionship, checkedAt } = {} as Line] = lines
  if (checkedAt !== undefined) {
    const answer = permissionship === 'PERMISSIONSHIP_HAS_PERMISSION' ? 'yes' : 'no'
    return { answer, token: checkedAt.token }
  }
  const rows = lines.flatMap(({ result }) => result ?? [])
  if (rows.length === 0 || rows.length < lines.length) return null
  const found =
    question.kind === 'resources'
      ? rows.map(({ resourceObjectId }) => resourceObjectId)
      : USERS.filter(user => rows.some(row => isOf(row, user)))
  return { answer: found.join(), token: rows[0].lookedUpAt.token }
}

/** Whether the user is in the lookup's rows, or covered by the wildcard. */
const isOf = ({ subject, excludedSubjects = [] }: Row, user: string): boolean =>
  subject?.subjectObjectId === user ||
  (subject?.subjectObjectId === '*' &&
    !excludedSubjects.some(({ subjectObjectId }) => subjectObjectId === user))
