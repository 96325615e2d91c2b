// Generated query strings from an OpenAPI document: some match its parameters, some have an error,
// and some are not messages at all.

import fc from 'fast-check'
import { type Document, fromSchema, type Route, type Words } from './openapi.js'

type Pair = [name: string, value: string]

export function queries(document: Document, route: Route, words: Words): fc.Arbitrary<string> {
  const good = valid(document, route, words)
  return fc.oneof(
    { weight: 7, arbitrary: good.map(print) },
    { weight: 5, arbitrary: fc.tuple(good, fc.nat(), wrong).map(damaged) },
    { weight: 3, arbitrary: hostile(good.map(print)) },
  )
}

/** A query string that matches the parameters. Most optional parameters are left out. */
function valid(document: Document, { parameters }: Route, words: Words): fc.Arbitrary<Pair[]> {
  const pairs = parameters.map(({ name, required, schema }) => {
    const value = fromSchema(document, schema, words, name)
    const pair = value.map((json): Pair[] => [[name, `${json}`]])
    const none: fc.Arbitrary<Pair[]> = fc.constant([])
    return required ? pair : fc.oneof(none, none, none, none, pair)
  })
  const examples = parameters.flatMap(({ name, example }): Pair[] =>
    example === undefined ? [] : [[name, `${example}`]],
  )
  return fc.oneof(
    fc.tuple(...pairs).map(parts => parts.flat()),
    fc.constant(examples),
  )
}

const print = (pairs: Pair[]): string => `${new URLSearchParams(pairs)}`

/** The ways to break one of the pairs. */
const wrong: fc.Arbitrary<(pair: Pair) => Pair[]> = fc.oneof(
  fc.constantFrom<(pair: Pair) => Pair[]>(
    () => [],
    pair => [pair, pair],
    ([name, value]) => [[name.replaceAll(/[A-Z]/g, sign => `_${sign.toLowerCase()}`), value]],
    ([name, value]) => [[`${name}.x`, value]],
    ([name, value]) => [[name.split('.')[0], value]],
    ([name, value]) => [
      [name, value],
      [name.split('.').slice(0, -1).join('.'), value],
    ],
    ([, value]) => [['__proto__.x', value]],
    ([name, value]) => [[`constructor.prototype.${name}`, value]],
    ([name]) => [[`${'a.'.repeat(2000)}${name}`, '']],
  ),
  fc
    .constantFrom(
      '',
      ' ',
      '*',
      '\0',
      'null',
      'true',
      '-1',
      '1e3',
      '{}',
      '[]',
      'a b',
      'é'.repeat(600),
    )
    .map(value => ([name]: Pair): Pair[] => [[name, value]]),
  fc.string({ unit: 'binary' }).map(value => ([name]: Pair): Pair[] => [[name, value]]),
)

const damaged = ([pairs, at, change]: readonly [Pair[], number, (pair: Pair) => Pair[]]): string =>
  print(pairs.flatMap((pair, index) => (index === at % pairs.length ? change(pair) : [pair])))

/** Broken query strings, made only of characters that a URL can contain. */
const hostile = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(texts, fc.nat()).map(([text, at]) => text.slice(0, at % text.length)),
    fc.tuple(texts, texts).map(([text, other]) => `${text}&${other}`),
    texts.map(text => text.replaceAll('=', '%')),
    texts.map(text => text.replaceAll('&', ';')),
    texts.map(text => text.replaceAll('.', '..')),
    texts.map(text => `?${text}#x`),
    fc.constantFrom('', '&', '=', '%', '%zz', '%ff', 'a=%00', '[]', 'a[b]=c', '__proto__=1', '.'),
    fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map(unit => String.fromCharCode(unit)),
    }),
  )
