import t from 'tap'
import { Slices } from '../../src/engine/graph/slices.js'
import type { Steps } from '../../src/replica/index.js'
import { limits } from '../../src/terms/index.js'

/** Works for so long, in steps far shorter than a slice. */
function* busy(ms: number, onStep: () => void = () => {}): Steps<number> {
  let worked = 0
  while (worked < ms) {
    const begin = performance.now()
    while (performance.now() - begin < 0.2);
    worked += performance.now() - begin
    onStep()
    yield null
  }
  return worked
}

t.test('work comes to its result, and the event loop has turns in between', async t => {
  const slices = new Slices()
  let turns = 0
  const count = setInterval(() => turns++, 0)
  t.ok((await slices.run('a', busy(20 * limits.sliceMs))) >= 20 * limits.sliceMs)
  clearInterval(count)
  t.ok(turns >= 5, `${turns} turns`)
})

t.test('several take turns: short work does not wait for the end of long work', async t => {
  const slices = new Slices()
  const ended: string[] = []
  const long = slices.run('a', busy(100)).then(() => ended.push('long'))
  await slices.run('a', busy(1)).then(() => ended.push('short'))
  await long
  t.strictSame(ended, ['short', 'long'])
})

t.test('`runAlone` runs one work after the other, also after one that failed', async t => {
  const slices = new Slices()
  const steps: string[] = []
  const failing = function* (): Steps<void> {
    yield null
    throw new Error('failed')
  }
  const works = ['a', 'b'].map(name =>
    slices.runAlone(
      'a',
      busy(12, () => steps.push(name)),
    ),
  )
  await t.rejects(slices.runAlone('a', failing()), { message: 'failed' })
  await slices.runAlone(
    'a',
    busy(1, () => steps.push('c')),
  )
  await Promise.all(works)
  t.strictSame([...new Set(steps)], ['a', 'b', 'c'])
  t.strictSame(steps, steps.toSorted(), 'each as a whole')
})
