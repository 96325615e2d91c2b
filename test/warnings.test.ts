// Trouble in the log: at once, and then no more than is of use.

import { pino } from 'pino'
import t from 'tap'
import { Troubles } from '../src/warnings.js'

t.test('the same trouble is told once a minute, with how often it was', async t => {
  const lines: { part: string; times?: number; err: { message: string } }[] = []
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  let now = 0
  const troubles = new Troubles(logger, () => now)
  for (; now < 60_000; now += 100) troubles.tell('feed', new Error('away'))
  troubles.tell('redis', new Error('away'))
  troubles.tell('feed', new Error('away'))
  troubles.tell('feed', new Error('gone'))
  t.match(lines, [
    { part: 'feed', err: { message: 'away' } },
    { part: 'redis', err: { message: 'away' } },
    { part: 'feed', times: 599, err: { message: 'away' } },
    { part: 'feed', err: { message: 'gone' } },
  ])
  t.equal(lines.length, 4)
  t.equal(lines[0].times, undefined)
})

t.test('what is ever new does not pile up', async t => {
  let lines = 0
  const troubles = new Troubles(pino({}, { write: () => lines++ }))
  for (let i = 0; i < 1000; i++) troubles.tell('feed', new Error(`away ${i}`))
  t.equal(lines, 1000)
})
