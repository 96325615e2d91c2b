import t from 'tap'
import { toSource } from '../../src/language/source.js'

t.test('lines end at each kind of newline, and columns count from 1', async t => {
  const source = toSource('ab\ncd\r\nef\rgh')
  const places = [0, 1, 2, 3, 7, 8, 10, 12].map(start => {
    const { line, column } = source.span({ start, end: start })
    return `${line}:${column}`
  })
  t.strictSame(places, ['1:1', '1:2', '1:3', '2:1', '3:1', '3:2', '4:1', '4:3'])
})

t.test('a span ends where its range does', async t => {
  t.strictSame(toSource('one\ntwo').span({ start: 2, end: 5 }), {
    start: 2,
    end: 5,
    line: 1,
    column: 3,
    endLine: 2,
    endColumn: 2,
  })
})
