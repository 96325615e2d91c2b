// Attacks on memory: more stores than there is room for, and objects that are created and deleted
// without end.

import { DOCS } from '../engines.js'
import {
  type Attack,
  isAnswered,
  isRefusedBy,
  RESOURCE_EXHAUSTED,
  repeat,
  scaled,
} from './attack.js'
import { counted, relationship, toCheck } from './target.js'

const STORES = 24

export const manyStores: Attack = {
  name: 'many-stores',
  summary: `${STORES} stores of 50,000 relationships each, questioned in turn`,
  async prepare(target, scale) {
    for (let store = 0; store < STORES; store++) {
      await target.createStore(`many-${store}`)
      await target.writeSchema(`many-${store}`, DOCS)
      const toDoc = (number: number) =>
        relationship(['doc', `document-number-${number}`, 'viewer'], ['user', `u${number}`])
      await target.load(`many-${store}`, counted(scaled(scale, 50_000), toDoc))
    }
  },
  run: (target, { runMs }) =>
    repeat(
      { callers: 8, runMs },
      number =>
        target.call({
          store: `many-${number % STORES}`,
          path: '/v1/permissions/check',
          body: toCheck(['doc', 'document-number-1', 'view'], ['user', 'u1']),
        }),
      reply => isAnswered(reply) || isRefusedBy(RESOURCE_EXHAUSTED)(reply),
    ),
}

/** Relationships of one write. */
const TOGETHER = 1000

export const churn: Attack = {
  name: 'churn',
  summary:
    'writes of 1,000 relationships of objects that were never there before, and their deletion',
  async prepare(target) {
    await target.createStore('churn')
    await target.writeSchema('churn', DOCS)
  },
  run(target, { runMs }) {
    let [round, created] = [0, '']
    return repeat(
      { callers: 1, runMs },
      () => {
        const operation = created === '' ? 'OPERATION_TOUCH' : 'OPERATION_DELETE'
        const name = created === '' ? `object-${round++}-${Math.random()}` : created
        created = created === '' ? name : ''
        const updates = Array.from({ length: TOGETHER }, (_, each) => ({
          operation,
          relationship: relationship(
            ['doc', `${name}-${each}`, 'viewer'],
            ['user', `${name}-${each}`],
          ),
        }))
        return target.call({ store: 'churn', path: '/v1/relationships/write', body: { updates } })
      },
      isAnswered,
    )
  },
}
