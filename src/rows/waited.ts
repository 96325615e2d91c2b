// The idle time of this process. It distinguishes a slow service from a busy process: only time
// that this process spent waiting, with nothing else to do, counts as slowness.

/** The time that this process has been idle since it began, ms. */
export const waitedMs = (): number => performance.eventLoopUtilization().idle
