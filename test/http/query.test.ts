// Tests of messages in query strings: they decode like a body, with dotted names.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { toParameters } from '../../src/http/parameters.js'
import { decodeQuery } from '../../src/http/query.js'
import {
  enumeration,
  flag,
  list,
  struct,
  text,
  timestamp,
  uint32,
} from '../../src/messages/field.js'
import { decodeBody, member, message, required } from '../../src/messages/message.js'
import { Refusal } from '../../src/terms/index.js'

const ANY = { holds: () => true, expected: 'anything' }
const GIVEN = { holds: (value: string) => value !== '', expected: 'given' }

const Inner = message('Inner', 'a part', { innerName: text(GIVEN), isOpen: flag })
const Outer = message('Outer', 'a part with a part', { inner: required(Inner), size: uint32 })
const Asked = message('Asked', 'all kinds of fields', {
  first: required(Outer),
  other: Outer,
  plainName: text(ANY),
  names: list(text(ANY)),
  flags: list(flag),
  color: enumeration(['COLOR_NONE', 'COLOR_RED']),
  count: uint32,
  endsAt: timestamp,
  either: member(Inner),
  parts: list(required(Inner)),
  freeForm: struct,
})

const decode = (query: string): unknown => decodeQuery(Asked, query)
const asBody = (json: unknown): unknown => decodeBody(Asked, JSON.stringify(json))

function refused(query: string): string {
  try {
    decode(query)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid-argument') return error.message
    throw error
  }
  throw new Error(`\`${query}\` was not refused`)
}

t.test('an empty query is an empty message', async t => {
  t.strictSame(decode(''), decodeBody(Asked, ''))
  t.strictSame(decode('&&='), decodeBody(Asked, ''))
})

t.test('names within names are joined by dots, in both spellings', async t => {
  const body = asBody({
    first: { inner: { innerName: 'a b&c=d.é', isOpen: true }, size: 7 },
    plainName: 'x',
    either: { isOpen: false },
  })
  const camel =
    'first.inner.innerName=a+b%26c%3Dd.%C3%A9&first.inner.isOpen=true&first.size=7&plainName=x&either.isOpen=false'
  t.strictSame(decode(camel), body)
  const snake =
    'first.inner.inner_name=a+b%26c%3Dd.%C3%A9&first.inner.is_open=true&first.size=7&plain_name=x&either.is_open=false'
  t.strictSame(decode(snake), body)
})

t.test('texts become what the field holds', async t => {
  t.match(decode('count=12&color=COLOR_RED&endsAt=2030-01-01T00:00:00Z&plainName=true'), {
    count: 12,
    color: 'COLOR_RED',
    endsAt: '2030-01-01T00:00:00Z',
    plainName: 'true',
  })
  t.match(decode('count=1e3'), { count: 1000 }, 'as in a body')
  const wrong = {
    'count=': /`count`: expected a whole number from 0 to 4294967295, found `""`/,
    'count=-1': /`count`/,
    'count=1e99': /`count`/,
    'count=01': /`count`/,
    'count=NaN': /`count`/,
    'endsAt=9999-12-31T23:59:59-01:00': /`endsAt`: expected a time/,
    'first.inner.isOpen=1': /`first.inner.isOpen`: expected a boolean, found `"1"`/,
    'first.inner.isOpen': /`first.inner.isOpen`: expected a boolean/,
    'color=RED': /`color`: expected one of COLOR_NONE, COLOR_RED/,
    'endsAt=tomorrow': /`endsAt`: expected a time/,
  }
  for (const [query, message] of Object.entries(wrong)) t.match(refused(query), message, query)
})

t.test('a key comes once for each item of a list, and once for anything else', async t => {
  t.match(decode('names=b&names=a&names=&names=b'), { names: ['b', 'a', '', 'b'] })
  t.match(decode('names=one&flags=true&flags=false'), { names: ['one'], flags: [true, false] })
  t.match(refused('flags=true&flags=no'), /`flags\[1\]`: expected a boolean, found `"no"`/)
  t.match(refused('count=1&count=1'), /`count`: expected a whole number.*, found a list/)
  t.match(refused('plainName=a&plainName=b'), /`plainName`: expected a string, found a list/)
  t.match(refused('plainName=a&plain_name=a'), /expected `plainName` once/)
  t.match(
    refused('first.inner.innerName=a&first.inner.inner_name=a'),
    /`first.inner`: expected `innerName` once/,
  )
})

t.test('a message is not a text, a text is not a message', async t => {
  t.match(refused('first=x'), /`first`: expected an object, found `"x"`/)
  t.match(refused('first.inner=%7B%7D'), /`first.inner`: expected an object, found `"{}"`/)
  t.match(refused('first=x&first.size=1'), /`first`: expected an object/)
  t.match(refused('plainName.x=1'), /`plainName`: expected a string, found an object/)
  t.match(refused('plainName=y&plainName.x=1'), /`plainName`: expected a string, found an object/)
  t.match(refused('names.x=1'), /`names`: expected a list, found an object/)
  t.match(refused('names=y&names.x=1'), /`names`: expected a list, found an object/)
  t.match(refused('parts.innerName=a'), /`parts`: expected a list, found an object/)
  t.match(refused('parts=a'), /`parts\[0\]`: expected an object, found `"a"`/)
  t.match(refused('freeForm=%7B%7D'), /`freeForm`: expected an object/)
})

t.test('unknown names are ignored, even harmful ones', async t => {
  const queries = [
    'who=1&who.knows=2&who=3',
    'first.what=1',
    '__proto__=1&__proto__.isOpen=true&constructor.prototype.isOpen=true',
    'first.__proto__.isOpen=true',
    '.=1&..=2&.first=3',
  ]
  for (const query of queries) {
    const { first, ...rest } = decode(query) as { first: unknown }
    const { first: _, ...unset } = asBody({}) as { first: unknown }
    t.strictSame(rest, unset, query)
    t.ok(first === null || query.startsWith('first.'), query)
  }
  t.equal(({} as { isOpen?: boolean }).isOpen, undefined)
})

t.test('text that is not percent-encoded UTF-8 is refused', async t => {
  for (const query of [
    'plainName=%zz',
    'plainName=50%',
    'plainName=%ff',
    'plainName=Jos%E9',
    'plainName=%c0%af',
    'plainName=%ed%a0%80',
    'plainName=%ed%a0%bd%ed%b8%80',
    'plainName=%f4%90%80%80',
    'who=%c3',
    '%=1',
  ]) {
    t.equal(refused(query), 'malformed query: expected percent-encoded UTF-8', query)
  }
})

t.test('parameters have dotted names and say whether they are required', async t => {
  t.strictSame(toParameters(Outer), {
    type: 'object',
    properties: {
      'inner.innerName': { type: 'string', description: 'given' },
      'inner.isOpen': { type: 'boolean' },
      size: uint32.schema,
    },
    required: ['inner.innerName'],
  })
  const { properties, required: names } = toParameters(Asked)
  t.strictSame(names, ['first.inner.innerName'], 'what may be left out requires nothing')
  t.match(properties, { 'other.inner.innerName': { type: 'string' } })
})

t.test('parameters have what the example of the message has', async t => {
  const shape = { first: required(Inner), count: uint32, names: list(text(ANY)) }
  const example = { first: { innerName: 'ann' }, count: 0 }
  const { properties } = toParameters(message('Shown', 'with an example', shape, { example }))
  t.match(properties, { 'first.innerName': { examples: ['ann'] }, count: { examples: [0] } })
  const { names, 'first.isOpen': isOpen } = properties as Record<string, object>
  t.notOk('examples' in names || 'examples' in isOpen)
})

t.test('any query is decoded or refused', async () => {
  const key = fc
    .array(
      fc.constantFrom(
        ...['first', 'inner', 'innerName', 'inner_name', 'isOpen', 'size', 'names', 'flags'],
        ...['plainName', 'parts', 'freeForm', 'either', 'color', 'count', '__proto__', ''],
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map(names => names.join('.'))
  const value = fc.oneof(fc.constantFrom('true', '1', '', 'x'), fc.string({ unit: 'binary' }))
  const wild = fc.array(fc.tuple(key, value), { maxLength: 6 })
  const query = fc.oneof(
    fc.string({ unit: 'binary' }),
    wild.map(pairs => new URLSearchParams(pairs).toString()),
    wild.map(pairs => pairs.map(pair => pair.join('=')).join('&')),
  )
  fc.assert(
    fc.property(query, text => {
      try {
        const value = decode(text)
        assert.deepStrictEqual(asBody(value), value)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    }),
    { numRuns: 500 },
  )
})
