// The means to stop work that nobody waits for any more: operations get a signal whose reason is
// the refusal to throw.

/** A signal that is created on first use, because most work ends before it could stop. */
export interface Stop {
  readonly signal: AbortSignal
}

/** The stop of work that runs to its end. */
export const NEVER: Stop = {
  // A new signal each time: a shared one would collect the listeners of all work.
  get signal() {
    return new AbortController().signal
  },
}

/**
 * Awaits the promise unless the signal comes first. The promise is then abandoned.
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
