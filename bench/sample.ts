// Statistics of timings: the rate, the median and the 99th percentile.

export interface Summary {
  readonly perSecond: number
  readonly p50Us: number
  readonly p99Us: number
}

/** @param durations single durations, ns. @param totalNs elapsed time of all of them, ns */
export function summarise(durations: Float64Array, totalNs: number): Summary {
  const sorted = durations.slice().sort()
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] / 1000
  return { perSecond: (durations.length / totalNs) * 1e9, p50Us: at(0.5), p99Us: at(0.99) }
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
