// The common part of all routes. A route turns a call in terms into a body or query, and the
// messages of the service into one or many answers in terms. It is declared once, and becomes a
// method of the client when it is applied to a transport.

import { readLines } from './lines.js'
import { requireSendable } from './print.js'
import type { CallOptions, Note, Transport } from './transport.js'

/** The answering half of a route. */
interface AnsweringRoute<Wire, Answer> {
  readonly path: string
  /** @param wire a message of the service, as JSON */
  readonly toAnswer: (wire: Wire) => Answer
}

/** A route with its message in the body of a POST. */
interface Route<Call, Wire, Answer> extends AnsweringRoute<Wire, Answer> {
  readonly toBody: (call: Call) => object
  readonly toNote?: (call: Call) => Note | undefined
}

/** A route with its message in the query of a GET. */
interface ReadingRoute<Call, Wire, Answer> extends AnsweringRoute<Wire, Answer> {
  readonly toQuery: (call: Call) => object
}

/** The arguments of a method. A call whose parts are all optional may be left out. */
type Arguments<Call> = undefined extends Call
  ? [call?: Call, options?: CallOptions]
  : [call: Call, options?: CallOptions]

/** A method with one answer. */
export const unary =
  <Call, Wire, Answer>({ toAnswer, ...route }: Route<Call, Wire, Answer>) =>
  (transport: Transport) =>
  async (...args: Arguments<Call>): Promise<Answer> => {
    const [call, options] = args as [Call, CallOptions?]
    const answer = await transport.send(toQuestion(route, call), options)
    return toAnswer((await answer.json()) as Wire)
  }

/** A method that sends a GET and has one answer. */
export const reading =
  <Call, Wire, Answer>({ path, toQuery, toAnswer }: ReadingRoute<Call, Wire, Answer>) =>
  (transport: Transport) =>
  async (call: Call, options?: CallOptions): Promise<Answer> => {
    const message = toQuery(call)
    requireSendable(message)
    const query = new URLSearchParams([...parametersOf(message)])
    const answer = await transport.send({ path: `${path}?${query}` }, options)
    return toAnswer((await answer.json()) as Wire)
  }

/** The query parameters of a message. Nested names are joined by dots. */
function* parametersOf(message: object, prefix = ''): Generator<[string, string]> {
  for (const [name, value] of Object.entries(message)) {
    if (value === undefined || value === null) continue
    if (typeof value === 'object') yield* parametersOf(value, `${prefix}${name}.`)
    else yield [prefix + name, `${value}`]
  }
}

/**
 * A method with a stream of answers. The request is sent when the first answer is read; ending the
 * iteration early ends the request.
 */
export const stream =
  <Call, Wire, Answer>({ toAnswer, ...route }: Route<Call, Wire, Answer>) =>
  (transport: Transport) =>
    async function* (...args: Arguments<Call>): AsyncGenerator<Answer> {
      const [call, options] = args as [Call, CallOptions?]
      const answer = await transport.send(toQuestion(route, call), options)
      for await (const line of readLines(answer)) yield toAnswer(line as Wire)
    }

const toQuestion = <Call>(
  { path, toBody, toNote }: Omit<Route<Call, never, unknown>, 'toAnswer'>,
  call: Call,
) => ({ path, body: toBody(call), note: toNote?.(call) })
