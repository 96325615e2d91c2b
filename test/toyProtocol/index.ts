// A protocol that exists for a test: questions and errors in a shape that no other protocol has.
// All that it needs is here; it is mounted by its name in a list.

import { check, readRelationships } from '../../src/engine/index.js'
import { type HttpFailure, kindOf } from '../../src/http/faults.js'
import { type Protocol, stream, unary } from '../../src/http/index.js'
import type { ErrorShape, LineShape } from '../../src/http/protocol.js'
import { flag, message, text } from '../../src/messages/index.js'
import { parseRelationship, printRelationship } from '../../src/terms/index.js'

const WORD = { holds: (word: string) => word !== '', expected: 'some words' }
const Question = message('ToyQuestion', 'Is it so?', { now: flag, fact: text(WORD) })
const Verdict = message('ToyVerdict', 'Whether it is.', { so: flag })
const Fact = message('ToyFact', 'Something that is so.', { fact: text(WORD) })

const toOops = (failure: HttpFailure) => ({
  oops: failure.code,
  says: failure.message,
  fields: failure.code === 'internal' ? [] : failure.violations.map(({ field }) => field),
})

/** Whatever it is, it is a teapot; but nobody's who has no key. */
const errors: ErrorShape = {
  answer: (failure, streamed) => ({
    status: kindOf(failure) === 'unauthenticated' ? 401 : 418,
    body: { ...toOops(failure), streamed },
  }),
  line: toOops,
  responses: {},
  streamResponses: {},
}

const lines: LineShape = {
  toLine: result => ({ here: result }),
  toSchema: ({ object }) => ({ type: 'object', properties: { here: object } }),
}

const HEADING = { tag: 'toy', summary: 'A toy', description: 'It is for a test.' }

export const toy: Protocol = {
  name: 'toy',
  tags: [{ name: 'toy', description: 'For a test.' }],
  errors,
  lines,
  consistencyOf: asked =>
    (asked as { readonly now: boolean }).now ? { kind: 'full' } : { kind: 'minimize-latency' },
  inStore(scope) {
    unary(scope, {
      ...HEADING,
      writes: false,
      path: '/toy/ask',
      request: Question,
      response: Verdict,
      async answer({ fact }, call) {
        if (fact === 'fault') throw new Error('the inside of it')
        const { resource, relation: permission, subject } = parseRelationship(fact)
        const item = { resource, permission, subject, context: {} }
        const { answer } = await check(call.engine, { consistency: call.consistency, item })
        return { so: answer.kind === 'yes' }
      },
    })
    stream(scope, {
      ...HEADING,
      writes: false,
      path: '/toy/list',
      request: Question,
      response: Fact,
      async open({ fact }, { engine, consistency }) {
        const filter = { resourceType: fact }
        const request = { consistency, filter, limit: 0, cursor: null }
        const { items } = await readRelationships(engine, request)
        return { items: breaking(items), toResult: (told: string) => ({ fact: told }) }
      },
    })
  },
}

/** Ends with a fault where the object is `broken`. */
async function* breaking(
  items: Awaited<ReturnType<typeof readRelationships>>['items'],
): AsyncGenerator<string> {
  for await (const { relationship } of items) {
    if (relationship.resource.id === 'broken') throw new Error('the inside of it')
    yield printRelationship(relationship)
  }
}
