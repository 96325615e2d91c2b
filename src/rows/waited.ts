// Whether what takes long is slow, or this process is busy: only what it waited for with nothing else
// to do was slow.

/** How long this process has had nothing to do but to wait, ms since it began. */
export const waitedMs = (): number => performance.eventLoopUtilization().idle
