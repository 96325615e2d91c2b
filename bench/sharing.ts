// The first page of a sheet compared with one check, in alternation in the same run. The resource
// is a campaign that is shared with 200 groups of an account. One caller asks in this process, and
// over HTTP. The sheet is also timed right after a change, when none of its cached parts is valid.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Client, connect } from '../src/client/index.js'
import {
  check,
  type Engine,
  importRelationships,
  readiness,
  type Stores,
  writeRelationships,
  writeSchema,
} from '../src/engine/index.js'
import { buildApp } from '../src/http/index.js'
import { protocols } from '../src/protocols/index.js'
import { readSheet } from '../src/sharing/index.js'
import {
  assert,
  limits,
  NO_NOTE,
  parseRelationship,
  type Relationship,
} from '../src/terms/index.js'
import { median } from './sample.js'

const GROUPS = 200
const BATCH = 500
const KEY = 'bench'
const CAMPAIGN = { type: 'campaign', id: 'spring' }
const OWNER = { type: 'user', id: 'olga' }

export interface SharingReport {
  readonly inProcess: Comparison
  readonly overHttp: Comparison
  /** Time of the sheet in this process right after a change, µs. */
  readonly afterChangeUs: number
}

/** Medians over all rounds of each round's median, and of each round's ratio. */
export interface Comparison {
  readonly checkUs: number
  readonly sheetUs: number
  readonly ratio: number
}

export interface SharingOptions {
  /** Number of people in all groups together. Each person is in one group. */
  readonly people: number
  readonly rounds: number
}

export async function benchSharing(
  stores: Stores,
  { people, rounds }: SharingOptions,
): Promise<SharingReport> {
  const engine = stores.home
  await loadAccount(engine, people)
  const personAt = (i: number) => ({ type: 'user', id: `u${(i * 7919) % people}` })
  const inProcess = await compare(rounds, {
    check: i => checkIn(engine, personAt(i)),
    sheet: () => sheetIn(engine),
  })
  const afterChangeUs = await afterChanges(engine)
  const overHttp = await served(stores, client =>
    compare(rounds, {
      check: async i => {
        const item = { resource: CAMPAIGN, permission: 'view', context: {} }
        const subject = { ...personAt(i), relation: '' }
        const { answer } = await client.check({ item: { ...item, subject } })
        assert(answer.kind === 'yes', 'everybody of the groups sees the campaign')
      },
      sheet: async () => {
        const { rows } = await client.sheet({ resource: CAMPAIGN, actor: OWNER })
        assert(rows.length === PAGE, 'a page of groups')
      },
    }),
  )
  return { inProcess, overHttp, afterChangeUs }
}

const PAGE = limits.sharingPageRows

async function checkIn(engine: Engine, person: typeof OWNER): Promise<void> {
  const subject = { ...person, relation: '' }
  const item = { resource: CAMPAIGN, permission: 'view', subject, context: {} }
  const { answer } = await check(engine, { consistency: { kind: 'minimize-latency' }, item })
  assert(answer.kind === 'yes', 'everybody of the groups sees the campaign')
}

async function sheetIn(engine: Engine): Promise<void> {
  const { rows } = await readSheet(engine, {
    consistency: { kind: 'minimize-latency' },
    actor: OWNER,
    context: {},
    resource: CAMPAIGN,
    prefix: '',
    limit: PAGE,
    cursor: null,
  })
  assert(rows.length === PAGE, 'a page of groups')
}

interface Compared {
  readonly check: (i: number) => Promise<void>
  readonly sheet: (i: number) => Promise<void>
}

const CALLS_PER_ROUND = 500

async function compare(rounds: number, { check, sheet }: Compared): Promise<Comparison> {
  const checks: number[] = []
  const sheets: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const [checkUs, sheetUs] = [await medianOf(check), await medianOf(sheet)]
    if (round === 0) continue
    checks.push(checkUs)
    sheets.push(sheetUs)
  }
  const ratio = median(sheets.map((us, round) => us / checks[round]))
  return { checkUs: median(checks), sheetUs: median(sheets), ratio }
}

async function medianOf(ask: (i: number) => Promise<void>): Promise<number> {
  const durations: number[] = []
  for (let i = 0; i < CALLS_PER_ROUND; i++) {
    const start = performance.now()
    await ask(i)
    durations.push((performance.now() - start) * 1000)
  }
  return median(durations)
}

const CHANGES = 50

async function afterChanges(engine: Engine): Promise<number> {
  const relationship = parseRelationship('campaign:spring#editor@user:u1')
  const durations: number[] = []
  for (let change = 0; change < CHANGES; change++) {
    const operation = change % 2 === 0 ? 'touch' : 'delete'
    const { revision } = await writeRelationships(engine, {
      updates: [{ operation, relationship }],
      preconditions: [],
      note: NO_NOTE,
    })
    assert(await engine.live.reached(revision, 10_000), 'the graph takes a change')
    const start = performance.now()
    await sheetIn(engine)
    durations.push((performance.now() - start) * 1000)
  }
  return median(durations)
}

async function served<T>(stores: Stores, work: (client: Client) => Promise<T>): Promise<T> {
  const app = await buildApp({
    stores,
    keys: [KEY],
    logger: pino({ level: 'silent' }),
    readiness: () => readiness(stores.home),
    protocols,
  })
  const client = connect({ url: await app.listen({ host: '127.0.0.1', port: 0 }), key: KEY })
  try {
    return await work(client)
  } finally {
    await client.close()
    await app.close()
  }
}

async function loadAccount(engine: Engine, people: number): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, '../../schema.zed'), 'utf8')
  await writeSchema(engine, { text, note: NO_NOTE })
  const batches = inBatches(accountOf(people))
  const { revision } = await importRelationships(engine, { batches, note: NO_NOTE })
  assert(await engine.live.reached(revision, 300_000), 'the graph takes the account')
}

function* accountOf(people: number): Generator<string> {
  yield 'account:acme#owner@user:olga'
  yield 'campaign:spring#account@account:acme'
  for (let group = 0; group < GROUPS; group++) {
    yield `group:g${group}#account@account:acme`
    yield `campaign:spring#viewer@group:g${group}#member`
  }
  for (let person = 0; person < people; person++) {
    yield `group:g${person % GROUPS}#member@user:u${person}`
    yield `account:acme#user@user:u${person}`
  }
}

async function* inBatches(texts: Iterable<string>): AsyncGenerator<readonly Relationship[]> {
  let batch: Relationship[] = []
  for (const text of texts) {
    if (batch.push(parseRelationship(text)) < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
