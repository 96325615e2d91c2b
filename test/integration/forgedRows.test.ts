// Nodes whose Redis an attacker can write to. Between any two questions, the attacker forges,
// replays, moves, cuts or changes rows, also those of another store or datastore. Every answer must
// be that of a node with a resident graph. PEMBA_QUESTIONS sets the number of questions, PEMBA_SEED
// repeats a run; `npm run forged` asks 10,000.

import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { Engine } from '../../src/engine/index.js'
import { HOME, openSharedResources, openStore } from '../../src/engine/stores/sharedResources.js'
import { openRedis } from '../../src/rows/index.js'
import { createStore, findStore, openDatabase } from '../../src/storage/index.js'
import { type Consistency, DEFAULT_STORE } from '../../src/terms/index.js'
import { type Dice, toDice } from '../dice.js'
import { ask, define, FAST, lookedUp, NESTED_DOCS, write } from '../engines.js'
import { Forger } from '../forger.js'
import { openHome } from '../home.js'
import { provisionPostgres, provisionRedis } from '../provision.js'

const QUESTIONS = 1000
/** The number of questions about one state of the world. */
const QUESTIONS_EACH = 5
async function openNodes(t: Test) {
  const [postgres, redis] = [await provisionPostgres(), await provisionRedis()]
  const location = await postgres.freshDatabase()
  const admin = new Redis(`${redis.url}/7`)
  await admin.flushdb()
  const bytes = openRedis(`${redis.url}/7`, () => {})
  while (bytes.status() !== 'ready') await new Promise(done => setTimeout(done, 5))
  const whole = await openHome({ database: await openDatabase(location) })
  // The node caches nothing, so that every question goes to Redis.
  const lookup = { graph: 'on-demand', rowBytesMax: 1, shared: bytes } as const
  const ground = await openSharedResources({ database: await openDatabase(location), ...lookup })
  await createStore(ground.database, 'other')
  const store = (await findStore(ground.database, 'other'))!
  const node = await openStore(ground, HOME, () => {})
  const other = await openStore(ground, { store, name: 'other' }, () => {})
  const elsewhere = await openHome({
    database: await openDatabase(await postgres.freshDatabase()),
    ...lookup,
  })
  for (const each of [whole, other, elsewhere]) await define(each, NESTED_DOCS)
  t.teardown(async () => {
    for (const engine of [node, other, elsewhere, whole]) await engine.close()
    await ground.close()
    await bytes.close()
    await admin.flushdb()
    admin.disconnect()
    await postgres.stop()
  })
  return { whole, node, strangers: [other, elsewhere], admin }
}

const rowsOf = (engine: Engine) => lookedUp(engine).counts

async function namesOnceShared(admin: Redis, part: string): Promise<readonly string[]> {
  for (;;) {
    const names = (await admin.keys('*')).filter(name => name.includes(part))
    if (names.length > 0) return names
    await new Promise(done => setTimeout(done, 5))
  }
}

t.test('rows that an attacker has written', async t => {
  const { whole, node, strangers, admin } = await openNodes(t)
  const seed = Number(process.env.PEMBA_SEED ?? Date.now() % 2 ** 31)
  const dice = toDice(seed)
  const ours = `pemba ${node.datastore} ${DEFAULT_STORE}`

  t.test('an inserted subject gets no access', async t => {
    const since = await write(whole, 'doc:plan#viewer@user:ann')
    t.equal(await ask(node, since, 'doc:plan#view@user:eve'), 'no')
    const place = `${ours} some doc:plan#viewer`
    await namesOnceShared(admin, place)
    await new Forger(admin, dice, ours).insert(place, ['user', 'eve', '', null, null])
    const { forged } = rowsOf(node).rejections!
    t.equal(await ask(node, since, 'doc:plan#view@user:eve'), 'no')
    t.equal(rowsOf(node).rejections!.forged, forged + 1)
  })

  t.test('a row moved from another store or datastore is not accepted', async t => {
    const since = await write(whole, 'doc:moved#viewer@user:ann')
    for (const stranger of strangers) {
      const own = await write(stranger, 'doc:moved#viewer@user:eve')
      t.equal(await ask(stranger, own, 'doc:moved#view@user:eve'), 'yes')
      const { datastore, store } = stranger
      const [name] = await namesOnceShared(admin, `${datastore} ${store} some doc:moved#viewer`)
      const moved = name.replace(`pemba ${datastore} ${store}`, ours)
      await admin.set(moved, (await admin.getBuffer(name))!)
      const { forged } = rowsOf(node).rejections!
      t.equal(await ask(node, since, 'doc:moved#view@user:eve'), 'no')
      t.equal(rowsOf(node).rejections!.forged, forged + 1)
    }
  })

  t.test('at random, between any two questions', async t => {
    const questions = Number(process.env.PEMBA_QUESTIONS ?? QUESTIONS)
    const forger = new Forger(admin, dice, ours)
    const before = rowsOf(node)
    const wrong: string[] = []
    for (let asked = 0; asked < questions; asked += QUESTIONS_EACH) {
      const since = await write(whole, someEdge(dice))
      const stranger = strangers[dice(2)]
      await write(stranger, someEdge(dice))
      await ask(stranger, FAST, someQuestion(dice))
      for (let question = 0; question < QUESTIONS_EACH; question++) {
        await forger.attack()
        wrong.push(...(await compare([whole, node], since, someQuestion(dice))))
      }
      await forger.look()
    }
    t.strictSame(wrong, [], `seed ${seed}`)
    const { shared, rejections } = rowsOf(node)
    const summary = JSON.stringify({ questions, tried: forger.tried, shared, rejections })
    t.comment(`seed ${seed}: ${summary}`)
    t.ok(shared > before.shared, 'rows that nodes have written are believed')
    for (const reason of ['form', 'forged'] as const) {
      t.ok(rejections![reason] > before.rejections![reason], `${reason}: ${summary}`)
    }
  })
})

async function compare(
  engines: readonly Engine[],
  since: Consistency,
  question: string,
): Promise<readonly string[]> {
  const [expected, found] = await Promise.all(engines.map(each => ask(each, since, question)))
  return found === expected ? [] : [`${question}: ${found} instead of ${expected}`]
}

const name = (dice: Dice, kind: string): string => `${kind}:r${dice(4)}`

const someQuestion = (dice: Dice): string => `${name(dice, 'doc')}#view@${name(dice, 'user')}`

function someEdge(dice: Dice): string {
  const subject = dice(2) === 0 ? name(dice, 'user') : `${name(dice, 'group')}#member`
  const edge = [
    `${name(dice, 'doc')}#viewer@${subject}`,
    `${name(dice, 'doc')}#parent@${name(dice, 'doc')}`,
    `${name(dice, 'group')}#member@${subject}`,
    `${name(dice, 'doc')}#banned@${name(dice, 'user')}`,
  ][dice(4)]
  return `${dice(3) === 0 ? 'delete ' : ''}${edge}`
}
