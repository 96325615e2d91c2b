// A time limit on work that cannot be cancelled. Work that misses the limit goes on, but its result
// is dropped. A result that arrived while this process was busy counts as in time: the event loop
// handles it before the limit is enforced.

/**
 * Returns what the work resolves to.
 * @throws Error that names the service which has not answered; what the work throws
 */
export async function inTime<T>(work: Promise<T>, ms: number, who: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Error(`${who} has not answered within ${ms} ms`))
    timer = setTimeout(() => setImmediate(giveUp), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
