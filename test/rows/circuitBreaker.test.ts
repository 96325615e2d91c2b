// A failing service is not called for a while: longer after each failure, and no longer once it has
// answered.

import t from 'tap'
import { CircuitBreaker } from '../../src/rows/circuitBreaker.js'
import { waitedMs } from '../../src/rows/waited.js'

t.test('after a failure there is a pause, then one trial', async t => {
  let now = 0
  let tries = 0
  const failures: string[] = []
  const breaker = new CircuitBreaker({
    onTrouble: error => failures.push(error.message),
    clock: () => now,
  })
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
  t.equal(failures.length, 3)
})

t.test('after the pause one caller may try, and the others get the fallback meanwhile', async t => {
  let now = 0
  const breaker = new CircuitBreaker({ onTrouble: () => {}, clock: () => now })
  await breaker.pass(() => Promise.reject(new Error('away')), null)
  now = 100
  const ends: ((fails: boolean) => void)[] = []
  const attempt = () =>
    breaker.pass(
      () =>
        new Promise<string>((resolve, reject) =>
          ends.push(fails => (fails ? reject(new Error('away')) : resolve('with'))),
        ),
      'without',
    )
  const [first, second] = [attempt(), attempt()]
  t.equal(await second, 'without')
  ends[0](true)
  t.equal(await first, 'without')
  t.equal(await attempt(), 'without', 'it went badly')
  now = 300
  const again = attempt()
  ends[1](false)
  t.equal(await again, 'with')
  t.notOk(breaker.isOpen)
  t.equal(breaker.pauses, 2)
})

/**
 * A breaker to which more than 20 ms are slow, by a clock that advances by the time that an answer
 * takes, or by hand.
 */
function openSlow() {
  let now = 0
  const clock = () => now
  const breaker = new CircuitBreaker({
    onTrouble: () => {},
    slowMs: () => 20,
    clock,
    waited: clock,
  })
  const pass = (ms: number): void => {
    now += ms
  }
  const take = (ms: number) =>
    breaker.pass(async () => {
      pass(ms)
      return 'with'
    }, 'without')
  return { breaker, take, pass }
}

t.test('a service that is slow again and again is not called until it is fast again', async t => {
  const { breaker, take, pass } = openSlow()
  for (const ms of [21, 21, 20, 21, 21]) t.equal(await take(ms), 'with')
  t.notOk(breaker.isOpen, 'not three in a row')
  t.equal(await take(21), 'with')
  t.equal(await take(1), 'without')
  pass(100)
  t.equal(await take(21), 'with')
  t.equal(await take(1), 'without', 'one is enough then')
  pass(200)
  t.equal(await take(1), 'with')
  t.equal(await take(21), 'with')
  t.equal(await take(21), 'with')
  t.notOk(breaker.isOpen)
})

t.test('a slow trial does not keep the others out for ever', async t => {
  const { breaker, take, pass } = openSlow()
  await breaker.pass(() => Promise.reject(new Error('away')), null)
  pass(100)
  t.equal(await take(21), 'with')
  t.equal(await take(1), 'without', 'left alone for longer')
  pass(200)
  t.equal(await take(1), 'with')
  t.notOk(breaker.isOpen)
})

t.test('an answer that arrives while this process is busy is not slow', async t => {
  const breaker = new CircuitBreaker({ onTrouble: () => {}, slowMs: () => 5 })
  const take = (attempt: () => Promise<void>) =>
    breaker.pass(() => attempt().then(() => 'with'), '')
  const work = async () => {
    const end = performance.now() + 10
    while (performance.now() < end);
  }
  for (let i = 0; i < 5; i++) t.equal(await take(work), 'with')
  t.equal(breaker.pauses, 0)
  // On a busy machine time passes with the process neither at work nor waiting.
  const wait = async () => {
    const begun = waitedMs()
    while (waitedMs() - begun < 6) await new Promise(done => setTimeout(done, 10))
  }
  for (let i = 0; i < 3; i++) t.equal(await take(wait), 'with')
  t.equal(breaker.pauses, 1)
})

t.test('many calls that fail together are one failure', async t => {
  const failures: string[] = []
  const breaker = new CircuitBreaker({
    onTrouble: error => failures.push(error.message),
    clock: () => 0,
  })
  const fail = () => breaker.pass(() => Promise.reject(new Error('away')), null)
  await Promise.all(Array.from({ length: 20 }, fail))
  t.equal(failures.length, 1)
})
