// The items of a streamed answer: one JSON object a line, which is `{"result":…}`, or `{"error":…}`
// in the last line of a stream that failed.

import { RemoteError, type WireStatus } from './remoteError.js'

const OK = 200

interface Line {
  readonly result?: unknown
  readonly error?: WireStatus
}

/** Reads the results of a stream. @throws RemoteError for a line with an error */
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
