// Tests of JSON as protobuf reads it: the result of JSON.parse for every unambiguous text, and a
// refusal with the position for every ambiguous one.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { toText } from '../../src/http/utf8.js'
import { parseJson } from '../../src/messages/strictJson.js'
import { limits, Refusal } from '../../src/terms/index.js'

const read = (bytes: Buffer | string): unknown => parseJson(toText(Buffer.from(bytes)))

function refused(bytes: Buffer | string): string {
  try {
    read(bytes)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid-argument') return error.message
    throw error
  }
  throw new Error(`not refused: ${bytes}`)
}

/** Bytes that are given by their numbers within a text. */
const bytes = (strings: TemplateStringsArray, ...parts: (readonly number[])[]): Buffer =>
  Buffer.concat(strings.flatMap((text, at) => [Buffer.from(text), Buffer.from(parts[at] ?? [])]))

t.test('sound texts are read as JSON.parse reads them', async t => {
  const sound = [
    '{}',
    ' [1, 2.5, -0, 1e3, 1E+2, 1e-400, 1.7976931348623157e308] ',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '{"a":"x:y","b":"\\":\\"","c:d":"{\\"a\\":1,\\"a\\":2}"}',
    '{"emoji":"\\ud83d\\ude00","raw":"😀","\\u0061":1,"quoted":"\\\\ud800"}',
    '{"__proto__":1,"constructor":2,"1":3,"0":4}',
    '"\\u0000\\ufeff\\uffff"',
    `"${'x:'.repeat(5000)}"`,
    `{"a":${'9'.repeat(300)}}`,
    'null',
  ]
  for (const text of sound) t.strictSame(read(text), JSON.parse(text), text.slice(0, 60))
})

const value = fc.jsonValue({ depthSize: 'medium', stringUnit: 'binary' })
/** Any white space between the tokens, and texts with escapes for some of their characters. */
const written = fc
  .tuple(value, fc.constantFrom('', ' ', '\n\t'))
  .map(([json, blank]) =>
    JSON.stringify(json, null, blank).replace(/[^\x20-\x7e\n\t]/g, sign =>
      blank === '' ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )

t.test('any text is read as JSON.parse reads it', async () => {
  fc.assert(
    fc.property(written, text => assert.deepEqual(read(text), JSON.parse(text))),
    { numRuns: 500 },
  )
})

t.test('any text that says one thing twice is refused, wherever it is', async () => {
  const key = fc.oneof(fc.constantFrom('a', '', '__proto__', '1', 'é', 'a:b', '"'), fc.string())
  const spelled = key.chain(text => {
    const escaped = [...text].map(sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
    return fc
      .constantFrom(
        JSON.stringify(text),
        text.length === 1 ? `"${escaped[0]}"` : JSON.stringify(text),
      )
      .map(second => [JSON.stringify(text), second] as const)
  })
  const around = fc.constantFrom('_', '{"x":_}', '[1,{"y":[_]}]', '{"u:v":"w:","z":[[_]]}')
  fc.assert(
    fc.property(spelled, written, written, around, ([first, second], one, two, around) => {
      const object = `{${first}:${one}, "other key":1, ${second} :${two}}`
      const text = around.replace('_', () => object)
      assert.match(refused(text), /each key once/, text)
    }),
    { numRuns: 500 },
  )
})

t.test('a refusal names the position of the fault', async t => {
  const rows: readonly (readonly [text: string, told: string])[] = [
    ['{"a":1,"a":1}', '`a`: expected each key once, found `"a"`'],
    ['{"a":1,"\\u0061":1}', '`a`: expected each key once, found `"\\u0061"`'],
    ['{"u":[{},{"s":{"k":1,"l":2,"k":3}}]}', '`u[1].s.k`: expected each key once'],
    ['{"a":null,"a":null}', '`a`: expected each key once'],
    ['{"a":{},"b":"a:b","a":{}}', '`a`: expected each key once'],
    ['{"x":1e400}', '`x`: expected a number that a double can hold, found `1e400`'],
    ['[0,-1E+999]', '`[1]`: expected a number that a double can hold'],
    ['{"x":[[{"y":1e309}]]}', '`x[0][0].y`: expected a number'],
    [
      `{"x":${'9'.repeat(400)}}`,
      `\`x\`: expected a number that a double can hold, found \`${'9'.repeat(40)}…\``,
    ],
    ['{"x":"\\ud800"}', '`x`: expected a text without lone surrogates, found `"\\ud800"`'],
    ['{"x":"\\uDC00\\uD800"}', '`x`: expected a text without'],
    ['{"x":"a\\ud83d\\n\\ude00"}', '`x`: expected a text without'],
    ['{"x":"\\ud83d\\ude00\\ude00"}', '`x`: expected a text without'],
    ['{"\\udfff":1}', 'expected a key without lone surrogates'],
    ['"\\ud800"', 'the body: expected a text without'],
    ['1e400', 'the body: expected a number'],
  ]
  for (const [text, told] of rows) {
    const message = refused(text)
    t.ok(message.startsWith('invalid value at '), message)
    t.ok(message.includes(told), message)
    t.notMatch(message, /\p{Cs}/u)
  }
})

t.test('malformed JSON is refused', async t => {
  const texts = [
    '',
    ' ',
    '{',
    '{}{}',
    '{} x',
    '{},',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a" 1}',
    '// x\n{}',
    'NaN',
    'Infinity',
    '-Infinity',
    '[NaN]',
    '01',
    '+1',
    '.5',
    '1.',
    '0x1',
    '1e',
    '--1',
    'undefined',
    'True',
    '"\n"',
    '"\\x41"',
    '"\\u12"',
    '"a',
    '\u00a0{}',
    '{}\u2028',
    '{}\0',
  ]
  for (const text of texts) t.match(refused(text), /^malformed JSON: /, text)
  t.match(refused('\ufeff{}'), 'malformed JSON: it begins with a byte order mark')
})

t.test('bytes that are not UTF-8 are refused with their place', async t => {
  const rows: readonly (readonly [bytes: Buffer, told: string])[] = [
    [bytes`{"subject":{"id":"Jos${[0xe9]}"}}`, 'byte 0xe9 at `subject.id`'],
    [bytes`{"a":["é","${[0xc0, 0xaf]}"]}`, 'byte 0xc0 at `a[1]`'],
    [bytes`{"${[0xff]}":1}`, 'byte 0xff at'],
    [bytes`{"a":"${[0xed, 0xa0, 0x80]}"}`, 'byte 0xed at `a`'],
    [bytes`{"a":"${[0xf4, 0x90, 0x80, 0x80]}"}`, 'byte 0xf4 at `a`'],
    [bytes`{"a":"${[0xe2, 0x82]}"}`, 'at `a`'],
    [bytes`{"a":"${[0xf0, 0x9f, 0x98]}"}`, 'at `a`'],
    [bytes`{"a":"x"}${[0x80]}`, 'byte 0x80 at offset 9'],
    [bytes`${[0xff, 0xfe]}{}`, 'byte 0xff at offset 0'],
    [bytes`{"a":"${[0xef, 0xbf]}"}`, 'at `a`'],
  ]
  for (const [sent, told] of rows) {
    const message = refused(sent)
    t.match(message, /^malformed JSON: expected UTF-8, found byte /)
    t.ok(message.includes(told), message)
  }
  t.strictSame(
    read(bytes`{"a":"${[0xef, 0xbf, 0xbd]}"}`),
    { a: '\ufffd' },
    'U+FFFD itself is a character',
  )
})

t.test('a text has a bound of levels, in what is ignored too', async t => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  t.ok(read(nested(limits.requestDepthMax)))
  t.match(refused(nested(limits.requestDepthMax + 1)), /at most 200 levels of nesting/)
  t.match(refused(`{"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`), /levels of nesting/)
  t.match(refused(nested(1_000_000)), /levels of nesting/)
})
