import fc from 'fast-check'
import t from 'tap'
import { type JsonValue, jsonBytes, printJson } from '../../src/terms/index.js'

t.test('bytes of JSON are those of its text in UTF-8', async t => {
  t.equal(jsonBytes({ a: 'é€😀' }), new TextEncoder().encode('{"a":"é€😀"}').length)
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (json, text) => {
      const value = { json, [text]: text } as JsonValue
      return jsonBytes(value) === new TextEncoder().encode(JSON.stringify(value)).length
    }),
  )
})

t.test('equal JSON has one text, however its keys are ordered', async t => {
  t.equal(printJson({ b: [{ d: 1, c: null }], a: 'é' }), '{"a":"é","b":[{"c":null,"d":1}]}')
  fc.assert(
    fc.property(fc.jsonValue(), json => {
      const value = json as JsonValue
      const turned = JSON.parse(JSON.stringify(value), (_key, part: JsonValue) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).reverse())
          : part,
      ) as JsonValue
      const sameValue = JSON.stringify(JSON.parse(printJson(value))).length
      return printJson(turned) === printJson(value) && sameValue === JSON.stringify(value).length
    }),
  )
})
