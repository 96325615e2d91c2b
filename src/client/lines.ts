// The items of a streamed answer: one JSON object a line, `{"result":…}`, or `{"error":…}` as the last.

import { RemoteError, type WireStatus } from './remoteError.js'

const OK = 200

interface Line {
  readonly result?: unknown
  readonly error?: WireStatus
}

/** @throws RemoteError for the line that ends a stream early */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield toResult(line)
  }
  if (rest !== '') yield toResult(rest)
}

function toResult(line: string): unknown {
  const { result, error } = JSON.parse(line) as Line
  if (error !== undefined) throw new RemoteError(OK, error)
  return result
}
