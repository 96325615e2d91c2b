import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  chosen,
  enumeration,
  flag,
  list,
  struct,
  text,
  timestamp,
  uint32,
  uint64,
} from '../../src/messages/field.js'
import {
  admit,
  decodeBody,
  type Message,
  member,
  message,
  required,
} from '../../src/messages/message.js'
import { limits, Refusal, type RefusalCode } from '../../src/terms/index.js'

const SHORT = { holds: (value: string) => value.length < 4, expected: 'short' }

const Part = message('Part', 'a part', { partName: text(SHORT) })
const Whole = message('Whole', 'all kinds of fields', {
  firstPart: required(Part),
  otherPart: Part,
  allParts: list(required(Part)),
  isOpen: flag,
  color: enumeration(['COLOR_NONE', 'COLOR_RED', 'COLOR_BLUE']),
  smallCount: uint32,
  largeCount: uint64,
  endsAt: timestamp,
  freeForm: struct,
  eitherOne: member(Part),
})

const UNSET = {
  firstPart: null,
  otherPart: null,
  allParts: [],
  isOpen: false,
  color: 'COLOR_NONE',
  smallCount: 0,
  largeCount: '0',
  endsAt: null,
  freeForm: null,
  eitherOne: undefined,
}

const decode = (json: unknown): unknown => decodeBody(Whole, JSON.stringify(json))

function refusalOf(run: () => unknown, code: RefusalCode = 'invalid-argument'): Refusal {
  try {
    run()
  } catch (error) {
    if (error instanceof Refusal && error.code === code) return error
    throw error
  }
  throw new Error('nothing was refused')
}

t.test('unset fields decode to what protojson prints for them', async t => {
  t.strictSame(decodeBody(Whole, ''), UNSET)
  t.strictSame(decode({}), UNSET)
  t.strictSame(decode(Object.fromEntries(Object.keys(UNSET).map(name => [name, null]))), UNSET)
})

t.test('names are read in camelCase and in snake_case', async t => {
  const camel = decode({ firstPart: { partName: 'a' }, smallCount: 2 })
  t.strictSame(decode({ first_part: { part_name: 'a' }, small_count: 2 }), camel)
  t.match(camel, { firstPart: { partName: 'a' }, smallCount: 2 })
})

t.test('a field that stands twice is refused', async t => {
  t.match(refusalOf(() => decode({ smallCount: 1, small_count: 1 })).message, /`smallCount` once/)
})

t.test('unknown names are ignored, even harmful ones', async t => {
  t.strictSame(decodeBody(Whole, '{"who": {"knows": []}, "__proto__": {"isOpen": true}}'), UNSET)
  t.equal(({} as { isOpen?: boolean }).isOpen, undefined)
})

t.test('enums are read by name and by number', async t => {
  t.match(decode({ color: 'COLOR_BLUE' }), { color: 'COLOR_BLUE' })
  t.match(decode({ color: 1 }), { color: 'COLOR_RED' })
  for (const color of ['BLUE', 3, -1, 0.5, true]) {
    t.match(refusalOf(() => decode({ color })).message, /`color`: expected one of COLOR_NONE/)
  }
})

t.test('integers are read from numbers and from texts, within their size', async t => {
  t.match(decode({ smallCount: '12', largeCount: 12 }), { smallCount: 12, largeCount: '12' })
  t.match(decode({ smallCount: 4294967295 }), { smallCount: 4294967295 })
  t.match(decode({ largeCount: '18446744073709551615' }), { largeCount: '18446744073709551615' })
  for (const smallCount of ['1e3', '1000.0', '10000e-1', '1000', 1e3]) {
    t.match(decode({ smallCount }), { smallCount: 1000 }, `${smallCount}`)
  }
  t.match(decodeBody(Whole, '{"smallCount":1.0,"largeCount":1e2}'), {
    smallCount: 1,
    largeCount: '100',
  })
  t.match(decode({ largeCount: '1844674407370955161.5e1' }), { largeCount: '18446744073709551615' })
  const no = [
    '',
    'x',
    '01',
    '+1',
    ' 1',
    '1 ',
    '0x1',
    '1.',
    '.5',
    '1.5',
    '1e-1',
    '1e99',
    'NaN',
    'Infinity',
  ]
  for (const smallCount of [-1, 1.5, 4294967296, '4294967296', '-1', [], {}, true, ...no]) {
    t.match(refusalOf(() => decode({ smallCount })).message, /smallCount/)
  }
  for (const largeCount of [-1, 1.5, 2 ** 53, '18446744073709551616', '-1', ...no]) {
    t.match(refusalOf(() => decode({ largeCount })).message, /largeCount/)
  }
  for (const text of ['1e400', '-1e400', '1e-400000']) {
    for (const field of ['smallCount', 'largeCount', 'color']) {
      const body = `{"${field}":${text}}`
      if (Number.isFinite(Number(text))) continue
      t.match(refusalOf(() => decodeBody(Whole, body)).message, new RegExp(`\`${field}\``))
    }
  }
})

t.test('times are RFC 3339', async t => {
  const good = [
    '2030-01-01T00:00:00Z',
    '2028-02-29T23:59:59.123456789+02:30',
    '0001-01-01T00:00:00Z',
    '0001-01-01T23:59:59+23:59',
    '0000-12-31T23:59:59-01:00',
    '9999-12-31T23:59:59.999999999Z',
    '9999-12-31T00:00:00-23:59',
    '2000-02-29T00:00:00Z',
  ]
  for (const endsAt of good) t.match(decode({ endsAt }), { endsAt })
  const bad = [
    '2030-02-29T00:00:00Z',
    '2030-01-01',
    '2030-01-01T24:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '0001-01-01T00:00:00+01:00',
    '+010000-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    '2030-13-01T00:00:00Z',
    '2030-00-01T00:00:00Z',
    '2030-01-00T00:00:00Z',
    '2030-02-30T00:00:00Z',
    '2030-04-31T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2030-12-31T23:59:60Z',
    '2030-01-01T00:60:00Z',
    '2030-01-01T00:00:00.1234567890Z',
    '2030-01-01T00:00:00.Z',
    '2030-01-01T00:00:00,5Z',
    '2030-01-01t00:00:00Z',
    '2030-01-01T00:00:00z',
    '2030-01-01 00:00:00Z',
    '2030-01-01T00:00:00+24:00',
    '2030-01-01T00:00:00+01:60',
    '2030-01-01T00:00:00+0100',
    '2030-01-01T00:00Z',
    '2030-1-1T00:00:00Z',
    ' 2030-01-01T00:00:00Z',
    '2030-01-01T00:00:00Z\n',
    '٢٠٣٠-01-01T00:00:00Z',
    '',
  ]
  for (const endsAt of [...bad, 5, '2030-01-01T00:00:00']) {
    t.match(refusalOf(() => decode({ endsAt })).message, /`endsAt`: expected a time/)
  }
})

t.test('what a struct holds is left as it is', async t => {
  const freeForm = { snake_case: { camelCase: [1, null, 'x', { deep_er: true }] } }
  t.strictSame((decode({ freeForm }) as { freeForm: unknown }).freeForm, freeForm)
})

t.test('a struct holds nothing that later floors could trip over', async t => {
  const poisoned = '{"freeForm": {"a": [{"__proto__": {"x": 1}}]}}'
  t.match(refusalOf(() => decodeBody(Whole, poisoned)).message, /`freeForm`: expected another key/)
  const deep = `${'['.repeat(limits.jsonDepthMax)}${']'.repeat(limits.jsonDepthMax)}`
  t.match(
    refusalOf(() => decodeBody(Whole, `{"freeForm": {"a": ${deep}}}`)).message,
    /levels of nesting/,
  )
})

t.test('a wrong type is told with its path and with what was found', async t => {
  const { message, violations } = refusalOf(() => decode({ allParts: [{}, { partName: 7 }] }))
  t.equal(message, 'invalid value at `allParts[1].partName`: expected a string, found `7`')
  t.strictSame(violations, [])
  t.match(refusalOf(() => decode([])).message, 'invalid value at the body: expected an object')
  t.match(refusalOf(() => decode({ allParts: [null] })).message, /allParts\[0\].*found null/)
  t.match(refusalOf(() => decodeBody(Whole, '{"a":')).message, /malformed JSON/)
})

t.test('rules tell every violation at once, each with its path', async t => {
  const value = decode({ otherPart: { partName: 'long' }, allParts: [{}, { partName: 'long' }] })
  const { message, violations } = refusalOf(() => admit(Whole as Message<unknown>, value))
  t.strictSame(violations, [
    { field: 'firstPart', expected: 'given' },
    { field: 'otherPart.partName', expected: 'short' },
    { field: 'allParts[1].partName', expected: 'short' },
  ])
  t.match(message, '`otherPart.partName` must be short')
})

t.test('a list of nothing but mistakes does not make an endless answer', async t => {
  const allParts = Array.from({ length: 5000 }, () => ({ partName: 'long' }))
  const value = decode({ firstPart: {}, allParts })
  const { violations } = refusalOf(() => admit(Whole as Message<unknown>, value))
  t.equal(violations.length, limits.violationsMax)
})

t.test('an enum that must be chosen may not be left unset', async t => {
  const Choice = message('Choice', '', { way: chosen(enumeration(['NONE', 'LEFT'])) })
  t.strictSame(admit(Choice, decodeBody(Choice, '{"way":"LEFT"}')), { way: 'LEFT' })
  t.match(refusalOf(() => admit(Choice, decodeBody(Choice, '{}'))).violations, [{ field: 'way' }])
})

t.test('any body is decoded or refused, and what is decoded decodes to itself', async () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        Object.fromEntries(Object.keys(UNSET).map(name => [name, fc.jsonValue({ maxDepth: 3 })])),
        { requiredKeys: [] },
      )
      .map(value => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(body, text => {
      try {
        const value = decodeBody(Whole, text)
        assert.deepStrictEqual(decodeBody(Whole, JSON.stringify(value)), value)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    }),
    { numRuns: 300 },
  )
})
