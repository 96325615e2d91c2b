// Text to syntax tree, by recursive descent. What cannot be read is reported and skipped, so that one
// pass tells all mistakes: a broken item costs that item, a broken head does not cost its body.

import { limits } from '../terms/index.js'
import { toComment } from './comment.js'
import { parseItems } from './definitionBody.js'
import { Lexer } from './lexer.js'
import type { Report } from './report.js'
import { suggestion } from './suggestion.js'
import type {
  BrokenNode,
  CaveatNode,
  DefinitionNode,
  Name,
  ParameterNode,
  SchemaNode,
  TopNode,
} from './syntax.js'
import { TokenStream, Unexpected } from './tokenStream.js'

/** `use` flags, and the words that each makes keywords. */
const FLAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['expiration', ['expiration', 'and']],
  ['import', ['import']],
  ['partial', ['partial']],
  ['self', ['self']],
  ['typechecking', []],
])

export function parseSchema(text: string, report: Report): SchemaNode {
  const cursor = new TokenStream(new Lexer(text, report), report)
  const uses = new Set<string>()
  const tops: TopNode[] = []
  for (;;) {
    cursor.skipTerminators()
    if (cursor.token.kind === 'end') return { uses: [...uses], tops }
    if (cursor.eatStrayBrace()) continue
    if (cursor.atWord('use')) parseUse(cursor, uses, tops.length > 0)
    else tops.push(...parseTop(cursor, uses))
  }
}

/** One node, or none for text that declares nothing. */
function parseTop(cursor: TokenStream, uses: ReadonlySet<string>): readonly TopNode[] {
  if (cursor.at('definition')) return [parseDefinition(cursor, 'definition')]
  if (cursor.at('caveat')) return [parseCaveat(cursor)]
  if (cursor.atWord('partial')) return [parsePartial(cursor, uses)]
  const start = cursor.token
  if (cursor.atWord('import')) {
    const message = 'import statements are not allowed in this context: send one text with all'
    cursor.report('import-not-allowed', message, start)
    cursor.skipToTop()
    return [{ kind: 'broken', name: null, ...cursor.rangeFrom(start) }]
  }
  cursor.miss('`definition`, `caveat` or `use`')
  const name = cursor.skipMistakenWord()
  cursor.skipToTop()
  return name === null ? [] : [{ kind: 'broken', name, ...cursor.rangeFrom(start) }]
}

function parseUse(cursor: TokenStream, uses: Set<string>, late: boolean): void {
  const start = cursor.advance()
  const flag = cursor.token
  const words = FLAGS.get(flag.text)
  if (flag.kind !== 'identifier' && words === undefined) {
    cursor.miss('a flag after `use`')
    return
  }
  cursor.advancePromoting(words ?? [])
  if (words === undefined) {
    const options = [...FLAGS.keys()]
    const message = `unknown \`use\` flag: \`${flag.text}\`${suggestion(flag.text, options)}`
    cursor.report('unknown-flag', `${message}. Options are: ${options.join(', ')}`, flag)
    return
  }
  uses.add(flag.text)
  if (late) {
    const message = '`use` expressions must be declared before any definition'
    cursor.report('late-use', message, cursor.rangeFrom(start))
  }
}

function parsePartial(cursor: TokenStream, uses: ReadonlySet<string>): TopNode {
  if (!uses.has('partial')) {
    const message = 'found `partial`, expected `use partial` at the top of the text before it'
    cursor.report('partial-not-in-use', message, cursor.token)
  }
  return parseDefinition(cursor, 'partial')
}

function parseDefinition(cursor: TokenStream, kind: DefinitionNode['kind']): TopNode {
  const first = cursor.advance()
  let name: Name | null = null
  try {
    name = cursor.path(`the name of a ${kind}`)
    cursor.expect('{', `after the name of the ${kind}`)
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error
    if (!cursor.skipToBody()) return toBroken(cursor, first.start, name)
    cursor.advance()
  }
  const items = parseItems(cursor)
  if (name === null) return toBroken(cursor, first.start, name)
  return { kind, name, comment: toComment(first.comments), items, ...cursor.rangeFrom(first) }
}

function parseCaveat(cursor: TokenStream): CaveatNode | BrokenNode {
  const first = cursor.advance()
  let name: Name | null = null
  let parameters: readonly ParameterNode[] | null = null
  try {
    name = cursor.path('the name of a caveat')
    parameters = parseParameters(cursor)
    if (!cursor.at('{')) cursor.fail('`{` and a condition')
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error
    parameters = null
    if (!cursor.skipToBody()) return toBroken(cursor, first.start, name)
  }
  const body = cursor.body()
  cursor.eat('}')
  if (name === null || parameters === null || body === null) {
    return toBroken(cursor, first.start, name)
  }
  const comment = toComment(first.comments)
  return { kind: 'caveat', name, comment, parameters, body, ...cursor.rangeFrom(first) }
}

function parseParameters(cursor: TokenStream): readonly ParameterNode[] {
  cursor.expect('(', 'after the name of the caveat')
  const parameters: ParameterNode[] = []
  do {
    const name = cursor.name('the name of a parameter')
    const type = parseParameterType(cursor, 0)
    parameters.push({ name, type, ...cursor.rangeFrom(name) })
  } while (cursor.eat(','))
  cursor.expect(')', 'after the parameters')
  return parameters
}

function parseParameterType(cursor: TokenStream, nesting: number): string {
  if (nesting > limits.expressionDepthMax) cursor.fail('a parameter type that is less deep')
  const { text } = cursor.name('the type of a parameter')
  if (!cursor.eat('<')) return text
  const generics: string[] = []
  do generics.push(parseParameterType(cursor, nesting + 1))
  while (cursor.eat(','))
  cursor.expect('>', 'after the type')
  return `${text}<${generics.join(', ')}>`
}

const toBroken = (cursor: TokenStream, start: number, name: Name | null): BrokenNode => ({
  kind: 'broken',
  name,
  ...cursor.rangeFrom({ start, end: start }),
})
