// What routes have in common: a call in terms becomes a body, and what is told becomes an answer in
// terms, or many. A route is declared once and becomes a method when it is given a transport.

import { readLines } from './lines.js'
import type { CallOptions, Note, Transport } from './transport.js'

interface Route<Call, Told, Answer> {
  readonly path: string
  readonly toBody: (call: Call) => object
  readonly toNote?: (call: Call) => Note | undefined
  /** @param told as JSON, by the contract of the route */
  readonly toAnswer: (told: Told) => Answer
}

/** A call that can be left out need not be given. */
type Arguments<Call> = undefined extends Call
  ? [call?: Call, options?: CallOptions]
  : [call: Call, options?: CallOptions]

export const unary =
  <Call, Told, Answer>({ toAnswer, ...route }: Route<Call, Told, Answer>) =>
  (transport: Transport) =>
  async (...args: Arguments<Call>): Promise<Answer> => {
    const [call, options] = args as [Call, CallOptions?]
    const answer = await transport.send(toQuestion(route, call), options)
    return toAnswer((await answer.json()) as Told)
  }

/** The request is sent when the items are first asked for; leaving them early ends it. */
export const stream =
  <Call, Told, Answer>({ toAnswer, ...route }: Route<Call, Told, Answer>) =>
  (transport: Transport) =>
    async function* (...args: Arguments<Call>): AsyncGenerator<Answer> {
      const [call, options] = args as [Call, CallOptions?]
      const answer = await transport.send(toQuestion(route, call), options)
      for await (const line of readLines(answer)) yield toAnswer(line as Told)
    }

const toQuestion = <Call>(
  { path, toBody, toNote }: Omit<Route<Call, never, unknown>, 'toAnswer'>,
  call: Call,
) => ({ path, body: toBody(call), note: toNote?.(call) })
