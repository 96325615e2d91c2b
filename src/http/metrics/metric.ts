// Metrics as rows of a table: name, meaning, and the function that reads the value at a scrape. The
// counters themselves are plain numbers in the objects that count.

import { Counter, Gauge, type Registry } from 'prom-client'

/** A metric that is read from a source. */
export interface Metric<Source> {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  /** The label that tells several values of one source apart. Without it there is one value. */
  readonly label?: string
  /** The value, or values by label. Null where the source has none. */
  readonly read: (source: Source) => number | Readonly<Record<string, number>> | null
}

/** Sources by the value of a label. A single source has no label, and '' for its value. */
interface LabelledSources<Source> {
  readonly label: string | null
  readonly all: () => Iterable<readonly [value: string, source: Source]>
}

/** Registers metrics that are read from all sources at each scrape. */
export function register<Source>(
  registry: Registry,
  metrics: readonly Metric<Source>[],
  { label, all }: LabelledSources<Source>,
): void {
  for (const { name, type, help, label: innerLabel, read } of metrics) {
    const labelNames = [label, innerLabel].filter(each => each != null)
    const collect = (): void => {
      metric.reset()
      for (const [value, source] of all()) {
        const labels = label === null ? {} : { [label]: value }
        for (const [key, amount] of toSamples(read(source))) {
          metric.inc(innerLabel === undefined ? labels : { ...labels, [innerLabel]: key }, amount)
        }
      }
    }
    const options = { name, help, labelNames, registers: [registry], collect }
    const metric = type === 'gauge' ? new Gauge(options) : new Counter(options)
  }
}

type Samples = Iterable<readonly [key: string, amount: number]>

function toSamples(read: number | Readonly<Record<string, number>> | null): Samples {
  if (read === null) return []
  return typeof read === 'number' ? [['', read]] : Object.entries(read)
}
