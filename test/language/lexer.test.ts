import t from 'tap'
import { toComment } from '../../src/language/comment.js'
import { Lexer, type SchemaToken } from '../../src/language/lexer.js'
import { Report } from '../../src/language/report.js'
import { toSource } from '../../src/language/source.js'

interface Lexed {
  readonly tokens: readonly SchemaToken[]
  readonly found: readonly string[]
}

function lex(text: string, promoted: readonly string[] = []): Lexed {
  const report = new Report(toSource(text))
  const lexer = new Lexer(text, Number.POSITIVE_INFINITY, report)
  lexer.promote(promoted)
  const tokens: SchemaToken[] = []
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) tokens.push(token)
  return { tokens, found: report.diagnostics().map(({ code }) => code) }
}

/** A terminator that a newline made is spelled `⏎`. */
const words = (text: string): string =>
  lex(text)
    .tokens.map(({ text }) => (text === '\n' || text === '\r' ? '⏎' : text))
    .join(' ')

t.test('a newline ends a statement after a word, `}`, `)` and `*` only', async t => {
  for (const last of ['viewer', '9lives', 'nil', '}', ')', '*']) {
    t.equal(words(`${last}\nnext`), `${last} ⏎ next`)
  }
  for (const last of ['+', '&', '-', '->', '|', ':', '=', '{', '(', '#', '...', '/', ',', '<']) {
    t.equal(words(`${last}\nnext`), `${last} next`)
  }
})

t.test('however many newlines there are, the statement ends once', async t => {
  t.equal(words('one\r\n\r\n\n// two\n\nthree'), 'one ⏎ three')
})

t.test('a semicolon ends a statement, and a newline after it nothing more', async t => {
  t.equal(words('one;\ntwo'), 'one ; two')
})

t.test('signs of two and three characters are one token', async t => {
  t.equal(words('a->b ...c . - >'), 'a -> b ... c . - >')
})

t.test('words hold letters of any script, digits and underscores', async t => {
  t.equal(words('größe _a 1b a-b'), 'größe _a 1b a - b')
})

t.test('promoted words are keywords from then on', async t => {
  const kinds = (promoted: readonly string[]) => lex('self relation', promoted).tokens
  t.strictSame(
    kinds([]).map(({ kind }) => kind),
    ['identifier', 'keyword'],
  )
  t.strictSame(
    kinds(['self']).map(({ kind }) => kind),
    ['keyword', 'keyword'],
  )
})

t.test('comments belong to the token that follows them', async t => {
  const { tokens } = lex('one // a\n/* b */ // c\ntwo')
  t.strictSame(
    tokens.map(({ comments }) => comments),
    [[], ['// a'], ['/* b */', '// c']],
  )
})

t.test('strings end at their own quotes, and only long ones span lines', async t => {
  t.equal(words(`"a'b" 'a"b' "a\\"b"`), `"a'b" 'a"b' "a\\"b"`)
  t.equal(words(`'''a"""\nb''' c`), `'''a"""\nb''' c`)
  t.strictSame(lex('"ab\ncd').found, ['unterminated-string'])
  t.strictSame(lex(`'''ab\ncd`).found, ['unterminated-string'])
})

t.test('an unterminated comment is reported at its start', async t => {
  t.strictSame(lex('one /* two').found, ['unterminated-comment'])
  t.strictSame(lex('one /* two */').found, [])
})

const bodyOf = (text: string): string | null => {
  const lexer = new Lexer(text, Number.POSITIVE_INFINITY, new Report(toSource(text)))
  const open = lexer.next()
  t.equal(open.text, '{')
  return lexer.body(open)?.text ?? null
}

t.test('a body ends at its own brace', async t => {
  const bodies = [
    ' a == 1 ',
    ' {"a": {"b": 1}}.a ',
    ' a == "}" ',
    ` a == '\\'}' `,
    ' a == """ } " """ ',
    ` a == '''}''' `,
    ' a == r"\\" ',
    " a // don't }\n ",
    ' a /* } */ ',
    ' a / b ',
  ]
  for (const body of bodies) t.equal(bodyOf(`{${body}} rest`), body)
})

t.test('a body that nothing closes ends before the next definition', async t => {
  t.equal(bodyOf('{ a == { \n'), null)
  t.equal(bodyOf('{ a == { \n}\ncaveat other(b int) { b }'), null)
  t.equal(bodyOf('{ a.caveat ==\n caveat_b }'), ' a.caveat ==\n caveat_b ')
})

t.test('a comment is kept without its markers, each line trimmed', async t => {
  t.equal(toComment([]), '')
  t.equal(toComment(['//  one ', '// two']), 'one\ntwo')
  t.equal(toComment(['/* one */']), 'one')
  t.equal(toComment(['/** one */']), 'one')
  t.equal(toComment(['/**\n * one\n *\n *   two\n */']), 'one\n\ntwo')
  t.equal(toComment(['/**/', '/***/', '//']), '')
  t.equal(toComment(['/* **bold** */']), '**bold**')
})
