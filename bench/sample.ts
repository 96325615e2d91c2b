// Timings as a distribution: nanoseconds in, the usual figures out.

export interface Summary {
  readonly perSecond: number
  readonly p50Us: number
  readonly p99Us: number
}

/** `spans` are single durations in ns; `totalNs` is the time they took together. */
export function summarise(spans: Float64Array, totalNs: number): Summary {
  const sorted = spans.slice().sort()
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] / 1000
  return { perSecond: (spans.length / totalNs) * 1e9, p50Us: at(0.5), p99Us: at(0.99) }
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
