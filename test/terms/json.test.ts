import fc from 'fast-check'
import t from 'tap'
import { type JsonValue, jsonBytes } from '../../src/terms/index.js'

t.test('bytes of JSON are those of its text in UTF-8', async t => {
  t.equal(jsonBytes({ a: 'é€😀' }), new TextEncoder().encode('{"a":"é€😀"}').length)
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (json, text) => {
      const value = { json, [text]: text } as JsonValue
      return jsonBytes(value) === new TextEncoder().encode(JSON.stringify(value)).length
    }),
  )
})
