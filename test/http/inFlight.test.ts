// Tests of the bound on the streams of answers of one node.

import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { InFlight } from '../../src/http/inFlight.js'
import { limits } from '../../src/terms/index.js'

const response = () => new EventEmitter() as unknown as ServerResponse

t.test('answers beyond the bound are refused until one is done', async t => {
  const inFlight = new InFlight()
  const responses = Array.from({ length: limits.answerStreamsMax }, response)
  for (const each of responses) inFlight.enterAnswer(each)
  t.throws(() => inFlight.enterAnswer(response()), { code: 'too-many-streams' })
  responses[0].emit('close')
  inFlight.enterAnswer(response())
  t.throws(() => inFlight.enterAnswer(response()), { code: 'too-many-streams' })
})
