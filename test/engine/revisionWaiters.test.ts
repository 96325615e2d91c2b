import t from 'tap'
import { RevisionWaiters, type Timers } from '../../src/engine/graph/revisionWaiters.js'
import { toRevision } from '../../src/terms/index.js'

/** A clock that stands still until it is moved. */
class Clock implements Timers {
  readonly pending = new Map<number, { at: number; callback: () => void }>()
  #now = 0
  #last = 0

  set(callback: () => void, delayMs: number): number {
    this.pending.set(++this.#last, { at: this.#now + delayMs, callback })
    return this.#last
  }

  clear(timer: unknown): void {
    this.pending.delete(timer as number)
  }

  pass(ms: number): void {
    this.#now += ms
    for (const [timer, { at, callback }] of this.pending) {
      if (at > this.#now) continue
      this.pending.delete(timer)
      callback()
    }
  }
}

t.test('a waiter is woken by its revision or a later one, and its timer is cleared', async t => {
  const clock = new Clock()
  const waiters = new RevisionWaiters(clock)
  const waits = [5, 6, 9].map(revision => waiters.wait(toRevision(revision), 100))
  waiters.reach(toRevision(4))
  t.equal(waiters.size, 3)
  waiters.reach(toRevision(6))
  t.strictSame(await Promise.all(waits.slice(0, 2)), [true, true])
  t.equal(waiters.size, 1)
  t.equal(clock.pending.size, 1)
  waiters.reach(toRevision(9))
  t.equal(await waits[2], true)
  t.equal(clock.pending.size, 0)
})

t.test('a waiter whose time is over is woken with false and removed', async t => {
  const clock = new Clock()
  const waiters = new RevisionWaiters(clock)
  const short = waiters.wait(toRevision(5), 50)
  const long = waiters.wait(toRevision(5), 100)
  clock.pass(50)
  t.equal(await short, false)
  t.equal(waiters.size, 1)
  waiters.reach(toRevision(5))
  t.equal(await long, true)
  t.equal(waiters.size, 0)
})
