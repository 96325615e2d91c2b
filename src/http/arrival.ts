// The messages of a streamed body as they arrive. Each is decoded and validated, and the body is
// read no faster than the messages are consumed. A sender that sends nothing for too long is
// refused.

import type { Readable } from 'node:stream'
import { unlessStopped } from '../engine/index.js'
import { admit, decodeBody, type Message } from '../messages/index.js'
import { limits, Refusal } from '../terms/index.js'
import { JsonSplitter } from './jsonSplitter.js'
import { toText } from './utf8.js'

/**
 * Reads the messages of a body.
 * @throws Refusal for an invalid message, which it names by its number from 1; the signal's reason
 */
export async function* readMessages<Value>(
  body: Readable | null,
  message: Message<Value>,
  signal: AbortSignal,
): AsyncGenerator<Value> {
  if (body === null) return
  const splitter = new JsonSplitter()
  let position = 0
  for await (const chunk of chunksOf(body, signal)) {
    for (const bytes of splitter.take(chunk)) yield toMessage(message, bytes, ++position)
  }
  splitter.end()
}

async function* chunksOf(body: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  // The body is not destroyed when reading ends, since the refusal uses the same connection.
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  try {
    for (;;) {
      const next = await beforeStall(unlessStopped(chunks.next(), signal))
      if (next.done) return
      yield next.value
    }
  } catch (error) {
    throw error instanceof Refusal ? error : cutOff()
  }
}

async function beforeStall<T>(next: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const stalled = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(stall()), limits.importStallMs)
  })
  try {
    return await Promise.race([next, stalled])
  } finally {
    clearTimeout(timer)
  }
}

const stall = (): Refusal =>
  new Refusal('deadline-exceeded', `nothing was sent for ${limits.importStallMs} ms`)
const cutOff = (): Refusal => new Refusal('cancelled', 'the body was cut off')

function toMessage<Value>(message: Message<Value>, bytes: Buffer, position: number): Value {
  try {
    return admit(message, decodeBody(message, toText(bytes)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, metadata, violations } = error
    throw new Refusal(code, `message ${position}: ${error.message}`, metadata, violations)
  }
}
