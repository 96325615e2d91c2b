// Attacks by questions: caveats that multiply, data that is wide, deep and full of exclusions, and
// many lookups of very many results at once.

import { setMaxListeners } from 'node:events'
import {
  type Attack,
  isAnswered,
  isRefusedBy,
  RESOURCE_EXHAUSTED,
  repeat,
  type Scale,
  scaled,
  Tally,
} from './attack.js'
import { counted, isLeft, relationship, type Target, toCheck } from './target.js'

const NUMBERS = Array.from({ length: 60 }, (_, number) => number)

/** Stored contexts that each cost thousands of steps, under one question. */
export const caveats: Attack = {
  name: 'caveats',
  summary: 'checks of a document whose 10,000 viewers each have a quadratic caveat',
  async prepare(target, scale) {
    await target.createStore('caveats')
    await target.writeSchema(
      'caveats',
      `caveat heavy(a list<int>, n int) {
  a.all(x, a.all(y, x + y != n)) && n < 0
}
definition user {}
definition group {
  relation member: user
}
definition doc {
  relation viewer: group#member with heavy
  permission view = viewer
}`,
    )
    const count = scaled(scale, 10_000)
    const viewer = (number: number) =>
      relationship(['doc', '1', 'viewer'], ['group', `g${number}`, 'member'], {
        caveatName: 'heavy',
        context: { a: NUMBERS, n: 1000 + number },
      })
    await target.load('caveats', counted(count, viewer))
    await target.load('caveats', counted(count, member))
  },
  run: (target, { runMs }) =>
    repeat(
      { callers: 8, runMs },
      () =>
        target.call({
          store: 'caveats',
          path: '/v1/permissions/check',
          body: toCheck(['doc', '1', 'view'], ['user', 'bob']),
        }),
      reply => isAnswered(reply) || isRefusedBy(RESOURCE_EXHAUSTED)(reply),
    ),
}

/** Bob is in all groups whose condition is false. */
const member = (number: number): object =>
  relationship(['group', `g${number}`, 'member'], ['user', 'bob'])

const DEEP_SCHEMA = `definition user {}
definition group {
  relation member: user | group#member
  relation banned: user | group#member
  permission active = member - banned
}
definition doc {
  relation viewer: group#active
  relation blocked: group#active
  permission view = viewer - blocked
}`

/**
 * Layers of groups, each of which has all groups of the next layer as members and as banned ones.
 */
async function prepareDeep(target: Target, store: string, scale: Scale): Promise<void> {
  await target.createStore(store)
  await target.writeSchema(store, DEEP_SCHEMA)
  const [layers, width] = [20, scaled(scale, 60)]
  const name = (layer: number, number: number): string => `l${layer}-${number}`
  function* edges(): Generator<object> {
    for (let number = 0; number < width; number++) {
      yield relationship(['doc', '1', 'viewer'], ['group', name(0, number), 'active'])
      yield relationship(['doc', '1', 'blocked'], ['group', name(1, number), 'active'])
    }
    for (let layer = 0; layer < layers; layer++) {
      for (let from = 0; from < width; from++) {
        for (let to = 0; to < width; to++) {
          const group = ['group', name(layer, from)] as const
          yield relationship([...group, 'member'], ['group', name(layer + 1, to), 'member'])
          if (to % 2 === 0) {
            yield relationship([...group, 'banned'], ['group', name(layer + 1, to), 'member'])
          }
        }
      }
    }
  }
  await target.load(store, edges())
}

export const deep: Attack = {
  name: 'deep',
  summary: 'checks through 20 layers of 60 groups, with exclusions at each',
  prepare: (target, scale) => prepareDeep(target, 'deep', scale),
  run: (target, { runMs }) =>
    repeat(
      { callers: 16, runMs },
      number =>
        target.call({
          store: 'deep',
          path: '/v1/permissions/check',
          body: toCheck(['doc', '1', 'view'], ['user', `u${number}`]),
        }),
      reply => isAnswered(reply) || isRefusedBy(RESOURCE_EXHAUSTED)(reply),
    ),
}

/** Each item has a subject of its own, so no item's work serves another. */
export const bulk: Attack = {
  name: 'bulk',
  summary: 'checkbulk of 10,000 items, each of which goes through all of the layers',
  prepare: (target, scale) => prepareDeep(target, 'bulk', scale),
  run(target, scale) {
    const items = Array.from({ length: scaled(scale, 10_000) }, (_, number) =>
      toCheck(['doc', '1', 'view'], ['user', `u${number}`]),
    )
    const body = JSON.stringify({ items })
    const signal = AbortSignal.timeout(4 * scale.runMs)
    return repeat(
      { callers: 4, runMs: scale.runMs },
      () =>
        target.callUnlessLeft({ store: 'bulk', path: '/v1/permissions/checkbulk', body, signal }),
      reply => isLeft(reply) || isAnswered(reply) || isRefusedBy(RESOURCE_EXHAUSTED)(reply),
    )
  },
}

export const lookups: Attack = {
  name: 'lookups',
  summary: '50 lookups of a million documents at once',
  async prepare(target, scale) {
    await target.createStore('lookups')
    await target.writeSchema(
      'lookups',
      `definition user {}
definition doc {
  relation viewer: user
  relation banned: user
  permission view = viewer - banned
}`,
    )
    const count = scaled(scale, 1_000_000)
    const part = 100_000
    for (let begin = 0; begin < count; begin += part) {
      const toDoc = (number: number) =>
        relationship(['doc', `d${begin + number}`, 'viewer'], ['user', 'ann'])
      await target.load('lookups', counted(Math.min(part, count - begin), toDoc))
    }
  },
  async run(target, scale) {
    const wanted = Math.min(WANTED, scaled(scale, 100_000))
    const tally = new Tally()
    const signal = AbortSignal.timeout(Math.max(LOOKUP_WAIT_MS, 12 * scale.runMs))
    setMaxListeners(CALLERS, signal)
    const caller = async (): Promise<void> => {
      try {
        const found = await firstDocuments(target, wanted, signal)
        tally.add(`${found} documents in order`, found === wanted)
      } catch (error) {
        tally.add(`no answer (${(error as Error).message})`, false)
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, caller))
    return tally
  },
}

const CALLERS = 50
/**
 * What each caller takes of its lookup before it leaves; the first needs a look at all there are.
 */
const WANTED = 10_000
const LOOKUP_WAIT_MS = 60_000

/** How many came, one by one in the order of ids, until the caller leaves or the answer ends. */
async function firstDocuments(
  target: Target,
  wanted: number,
  signal: AbortSignal,
): Promise<number> {
  const body = {
    consistency: { fullyConsistent: true },
    resourceObjectType: 'doc',
    permission: 'view',
    subject: { object: { objectType: 'user', objectId: 'ann' } },
  }
  let [found, last] = [0, '']
  for await (const line of target.lines({
    store: 'lookups',
    path: '/v1/permissions/resources',
    body,
    signal,
  })) {
    const { result } = JSON.parse(line) as {
      readonly result?: { readonly resourceObjectId: string }
    }
    if (result === undefined) throw new Error(line.slice(0, 100))
    if (result.resourceObjectId <= last) throw new Error(`${result.resourceObjectId} after ${last}`)
    last = result.resourceObjectId
    if (++found === wanted) break
  }
  return found
}
