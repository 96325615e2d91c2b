// Faults in conditions are reported at their position in the schema.

import t from 'tap'
import { schemaOf } from '../world.js'
import { doc, mistakes, refusal } from './notation.js'

const caveat = (parameters: string, body: string): string =>
  `${doc('relation viewer: doc with open_hours')}\ncaveat open_hours(${parameters}) {\n${body}\n}`

t.test('a condition without faults is compiled', async t => {
  const schema = schemaOf(caveat('hour int, days list<string>', '  hour > 8 && "tue" in days '))
  const condition = schema.caveat('open_hours')
  t.equal(condition?.expression, 'hour > 8 && "tue" in days')
  t.strictSame(condition?.parameters, [
    { name: 'hour', type: 'int' },
    { name: 'days', type: 'list<string>' },
  ])
  t.strictSame(condition?.evaluate({ hour: 9, days: ['tue'] }), { kind: 'yes' })
})

t.test('a fault in a condition has its line and column in the schema', async t => {
  const at = (parameters: string, body: string): readonly string[] =>
    mistakes(caveat(parameters, body)).map(each => each.split(' ')[0])
  t.strictSame(at('hour int', 'true &&\n  huor > 8 && hour > 8'), ['6:3'])
  t.strictSame(at('hour int', 'hour > '), ['5:7'])
  t.strictSame(at('hour int', 'hour + 1'), ['5:1'])
})

t.test('a fault of a parameter is shown at the parameter', async t => {
  t.strictSame(mistakes(caveat('hour int, day string', 'hour > 8')), [
    '4:29 unused-caveat-parameter',
  ])
  t.strictSame(mistakes(caveat('hour itn', 'hour > 8')), ['4:19 unknown-parameter-type'])
  t.strictSame(mistakes(caveat('hours list', 'hours.size() > 8')), ['4:19 unknown-parameter-type'])
})

t.test('an unused parameter is a mistake of types, all else one of the text', async t => {
  const unused = refusal(caveat('hour int, day string', 'hour > 8'))
  t.equal(unused.code, 'schema-type')
  t.match(unused.metadata, { caveat_name: 'open_hours', parameter_name: 'day' })
  t.equal(refusal(caveat('hour int', 'hour')).code, 'schema-parse')
})

t.test('a caveat with faults is not missed where it is used', async t => {
  t.equal(mistakes(caveat('hour int', 'hour')).length, 1)
})
