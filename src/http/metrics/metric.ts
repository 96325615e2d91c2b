// A metric as a sentence of a table: what it is called, what it means, and where it is read. Nothing is
// counted here, nor between two scrapes; what is counted, its owners keep as plain numbers.

import { Counter, Gauge, type Registry } from 'prom-client'

export interface Metric<Source> {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  /** Which of the source's values each is; without one there is one value. */
  readonly label?: string
  /** Null where the source has none. */
  readonly read: (source: Source) => number | Readonly<Record<string, number>> | null
}

/** What is read, each under a value of one label; of just one without a label, the value is ''. */
interface LabelledSources<Source> {
  readonly label: string | null
  readonly all: () => Iterable<readonly [value: string, source: Source]>
}

export function register<Source>(
  registry: Registry,
  metrics: readonly Metric<Source>[],
  { label, all }: LabelledSources<Source>,
): void {
  for (const { name, type, help, label: second, read } of metrics) {
    const labelNames = [label, second].filter(each => each != null)
    const collect = (): void => {
      metric.reset()
      for (const [value, source] of all()) {
        const labels = label === null ? {} : { [label]: value }
        for (const [key, amount] of toSamples(read(source))) {
          metric.inc(second === undefined ? labels : { ...labels, [second]: key }, amount)
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
