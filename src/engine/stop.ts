// Work that nobody waits for any more: verbs are given a signal whose reason is the refusal to tell.

/** A signal that is made when it is first asked for: most work is done sooner than it could stop. */
export interface Stop {
  readonly signal: AbortSignal
}

/** For work that goes on to its end. */
export const NEVER: Stop = {
  // Not one for all: each would gather the listeners of everybody.
  get signal() {
    return new AbortController().signal
  },
}

/**
 * What was promised, unless the signal comes first; the promise is then left to itself.
 * @throws the signal's reason
 */
export async function unlessStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {}
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([stopped, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
