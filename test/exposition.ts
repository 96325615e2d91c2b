// A strict parser of Prometheus's text format: text that could confuse a scraper is an error.

export interface Family {
  readonly type: string
  readonly help: string
  /** The values by series, such as `pemba_rows_total{store="default",tier="redis"}`. */
  readonly samples: Map<string, number>
}

const HEADING = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/
const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$/
const SUFFIX = /_(bucket|sum|count)$/

/** @throws Error for a malformed line, a repeated series, or a sample without a TYPE line */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>()
  const helps = new Map<string, string>()
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  for (const line of text.split('\n').filter(each => each !== '')) {
    const [, about, name, rest] = HEADING.exec(line) ?? []
    if (about === 'HELP') helps.set(name, rest)
    else if (about === 'TYPE') {
      if (families.has(name)) throw new Error(`announced twice: ${line}`)
      families.set(name, { type: rest, help: helps.get(name) ?? '', samples: new Map() })
    } else take(families, line)
  }
  for (const [name, family] of families) requireHistogram(name, family)
  return families
}

function take(families: ReadonlyMap<string, Family>, line: string): void {
  const [, name, labels = '', number] = SAMPLE.exec(line) ?? []
  if (name === undefined) throw new Error(`no line of this format: ${line}`)
  const family = families.get(name) ?? families.get(name.replace(SUFFIX, ''))
  if (family === undefined) throw new Error(`not announced: ${line}`)
  const value = Number(number.replace('Inf', 'Infinity'))
  if (Number.isNaN(value) && !/^nan$/i.test(number)) throw new Error(`no number: ${line}`)
  const series = `${name}${labels}`
  if (family.samples.has(series)) throw new Error(`told twice: ${line}`)
  family.samples.set(series, value)
}

/** Requires that the counts of buckets do not decrease and that the last one counts all samples. */
function requireHistogram(name: string, { type, samples }: Family): void {
  if (type !== 'histogram') return
  let before = 0
  for (const [series, value] of samples) {
    const [, bound, labels] = /^\w+_bucket\{le="([^"]+)",?(.*)\}$/.exec(series) ?? []
    if (bound === undefined) continue
    if (value < before) throw new Error(`${series} is less than what it holds`)
    before = bound === '+Inf' ? 0 : value
    const all = samples.get(`${name}_count${labels === '' ? '' : `{${labels}}`}`)
    if (bound === '+Inf' && all !== value) throw new Error(`${series} is ${value} of ${all}`)
  }
}
