// What does not come in time is given up; it goes on by itself, and nobody hears of it. What came while
// this process was busy has come in time: it is looked at before anything is given up.

/** @throws Error that says who has not answered; what the work throws */
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
