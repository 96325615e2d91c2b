// What fails is left alone for a while: longer each time, and no longer once it has worked.

import t from 'tap'
import { Breaker } from '../../src/rows/breaker.js'

t.test('after a failure nothing is tried for a while, then once', async t => {
  let now = 0
  let tries = 0
  const told: string[] = []
  const breaker = new Breaker(
    error => told.push(error.message),
    () => now,
  )
  const fail = () =>
    breaker.pass(async () => {
      tries++
      throw new Error('away')
    }, 'without')
  const work = () => breaker.pass(async () => `${++tries}`, 'without')
  t.equal(await work(), '1')
  t.equal(await fail(), 'without')
  t.equal(await work(), 'without')
  now = 99
  t.equal(await work(), 'without')
  t.equal(tries, 2)
  now = 100
  await fail()
  now = 299
  t.equal(await work(), 'without')
  now = 300
  t.equal(await work(), '4')
  await fail()
  now = 400
  t.equal(await work(), '6', 'the while is short again')
  t.equal(told.length, 3)
})

t.test('many that fail together are one failure', async t => {
  const told: string[] = []
  const breaker = new Breaker(
    error => told.push(error.message),
    () => 0,
  )
  const fail = () => breaker.pass(() => Promise.reject(new Error('away')), null)
  await Promise.all(Array.from({ length: 20 }, fail))
  t.equal(told.length, 1)
})
