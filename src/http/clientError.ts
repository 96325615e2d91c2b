// What arrives on a connection and is no HTTP request: the framework never sees it. It is refused in
// the form of all refusals, and the connection ends. Where an answer has begun, or is still owed to what
// came before, the refusal would be read as a part of that, so there the connection only ends.

import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type StatusBody, statusCodes } from '../messages/index.js'
import type { RefusalKind } from '../terms/index.js'

interface StatusLine {
  readonly http: number
  readonly kind: RefusalKind
  readonly message: string
}

/** By the code of the server's error; HTTP has statuses of its own for these. */
const KNOWN: Readonly<Record<string, StatusLine>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    http: 408,
    kind: 'late',
    message: 'the request took too long to arrive',
  },
  HPE_HEADER_OVERFLOW: {
    http: 431,
    kind: 'exhausted',
    message: 'the headers of the request are too large',
  },
}
const MALFORMED: StatusLine = {
  http: 400,
  kind: 'invalid',
  message: 'malformed HTTP: expected a request of HTTP/1.1',
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Of each connection what is not answered yet, and what has been since it was looked at last. */
const exchanges = new WeakMap<Socket, readonly Exchange[]>()

/** Remembers what is under way on each connection. */
export function watchExchanges(server: Server): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const open = openOf(request.socket)
    exchanges.set(request.socket, [...open, { request, response }])
  })
}

const openOf = (socket: Socket): readonly Exchange[] =>
  (exchanges.get(socket) ?? []).filter(({ response }) => !response.writableFinished)

export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.writable && mayAnswer(socket)) {
    socket.write(toResponse(KNOWN[error.code ?? ''] ?? MALFORMED))
  }
  socket.destroy()
}

/** Whether whoever reads takes it for the answer to what is wrong: to nothing before that, or its body. */
function mayAnswer(socket: Socket): boolean {
  const open = openOf(socket)
  return (
    open.length < 2 &&
    open.every(({ request, response }) => !response.headersSent && !request.complete)
  )
}

function toResponse({ http, kind, message }: StatusLine): string {
  const body: StatusBody = { code: statusCodes[kind].number, message, details: [] }
  const text = JSON.stringify(body)
  return [
    `HTTP/1.1 ${http} ${STATUS_CODES[http]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n')
}
