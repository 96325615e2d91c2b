import t from 'tap'
import {
  type JsonValue,
  open,
  parseToken,
  printToken,
  Refusal,
  seal,
  toRevision,
} from '../../src/terms/index.js'

const TOKEN = { datastore: 'd-1', store: 'défaut', revision: toRevision(7) }

t.test('a printed token is read back', async t => {
  t.strictSame(parseToken(printToken(TOKEN)), TOKEN)
})

t.test('a text that is not a token is refused', async t => {
  const printed = printToken(TOKEN)
  const damaged = [
    '',
    't1',
    btoa('t1'),
    btoa('t1:'),
    btoa('t1:x'),
    printed.slice(0, -4),
    printed.slice(4),
    `${printed}!`,
    printed.replace(/[A-Z]/, 'é'),
    'GgYKBENPTUc=',
  ]
  for (const text of damaged) {
    t.throws(() => parseToken(text), new Refusal('token-malformed', 'invalid revision requested'))
  }
})

t.test('a correct checksum alone does not make a token', async t => {
  const forged: readonly (readonly JsonValue[])[] = [
    [],
    ['d-1', 'default'],
    ['d-1', 'default', '7'],
    ['d-1', 'default', -1],
    ['d-1', 'default', 0.5],
    ['d-1', 'default', 1e300],
    [1, 2, 3],
  ]
  for (const fields of forged) {
    t.throws(() => parseToken(seal('t1', fields)), { code: 'token-malformed' })
  }
  t.equal(open('c1', printToken(TOKEN)), null, 'a token is no cursor')
})
