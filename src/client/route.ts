// What routes have in common: a call in terms becomes a body or a query, and what is told becomes an
// answer in terms, or many. A route is declared once and becomes a method when it is given a transport.

import { readLines } from './lines.js'
import { requireSendable } from './print.js'
import type { CallOptions, Note, Transport } from './transport.js'

interface Telling<Told, Answer> {
  readonly path: string
  /** @param told as JSON, by the contract of the route */
  readonly toAnswer: (told: Told) => Answer
}

interface Route<Call, Told, Answer> extends Telling<Told, Answer> {
  readonly toBody: (call: Call) => object
  readonly toNote?: (call: Call) => Note | undefined
}

interface ReadingRoute<Call, Told, Answer> extends Telling<Told, Answer> {
  readonly toQuery: (call: Call) => object
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

/** Asked by GET. */
export const reading =
  <Call, Told, Answer>({ path, toQuery, toAnswer }: ReadingRoute<Call, Told, Answer>) =>
  (transport: Transport) =>
  async (call: Call, options?: CallOptions): Promise<Answer> => {
    const message = toQuery(call)
    requireSendable(message)
    const query = new URLSearchParams([...parametersOf(message)])
    const answer = await transport.send({ path: `${path}?${query}` }, options)
    return toAnswer((await answer.json()) as Told)
  }

/** Names within names are joined by dots. */
function* parametersOf(message: object, place = ''): Generator<[string, string]> {
  for (const [name, value] of Object.entries(message)) {
    if (value === undefined || value === null) continue
    if (typeof value === 'object') yield* parametersOf(value, `${place}${name}.`)
    else yield [place + name, `${value}`]
  }
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
