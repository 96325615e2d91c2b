// Tests of warnings in the log: the first is logged at once, and repeated ones at a limited rate.

import { pino } from 'pino'
import t from 'tap'
import { WarningLog } from '../src/warnings.js'

t.test('a repeated warning is logged once a minute, with its count', async t => {
  const lines: { part: string; times?: number; err: { message: string } }[] = []
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  let now = 0
  const warnings = new WarningLog(logger, () => now)
  for (; now < 60_000; now += 100) warnings.warn('feed', new Error('away'))
  warnings.warn('redis', new Error('away'))
  warnings.warn('feed', new Error('away'))
  warnings.warn('feed', new Error('gone'))
  t.match(lines, [
    { part: 'feed', err: { message: 'away' } },
    { part: 'redis', err: { message: 'away' } },
    { part: 'feed', times: 599, err: { message: 'away' } },
    { part: 'feed', err: { message: 'gone' } },
  ])
  t.equal(lines.length, 4)
  t.equal(lines[0].times, undefined)
})

t.test('ever new warnings do not accumulate', async t => {
  let lines = 0
  const warnings = new WarningLog(pino({}, { write: () => lines++ }))
  for (let i = 0; i < 1000; i++) warnings.warn('feed', new Error(`away ${i}`))
  t.equal(lines, 1000)
})
