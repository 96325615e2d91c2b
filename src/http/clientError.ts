// Bytes on a connection that are no valid HTTP request. The framework never sees them, so they are
// refused here in the form of all refusals, and the connection ends. While an answer is being sent,
// or still due to an earlier request, the client would take the refusal for a part of that answer;
// then the connection ends without one.

import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type StatusBody, statusCodes } from '../messages/index.js'
import type { RefusalKind } from '../terms/index.js'

/** A refusal of a connection. */
interface StatusLine {
  readonly http: number
  readonly kind: RefusalKind
  readonly message: string
}

/** Refusals by the code of the server's error. HTTP has special statuses for these. */
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

/** The exchanges of each connection that had no complete answer at the last look. */
const exchanges = new WeakMap<Socket, readonly Exchange[]>()

/** Records the exchanges under way on each connection of the server. */
export function watchExchanges(server: Server): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const open = openOf(request.socket)
    exchanges.set(request.socket, [...open, { request, response }])
  })
}

const openOf = (socket: Socket): readonly Exchange[] =>
  (exchanges.get(socket) ?? []).filter(({ response }) => !response.writableFinished)

/** Refuses malformed bytes, if the client can tell the refusal from other answers, and hangs up. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.writable && mayAnswer(socket)) {
    socket.write(toResponse(KNOWN[error.code ?? ''] ?? MALFORMED))
  }
  socket.destroy()
}

/** Whether the client would take a refusal for the answer to the malformed request. */
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
