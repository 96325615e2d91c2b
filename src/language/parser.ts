// The parser of schema text: recursive descent to a syntax tree. It reports what it cannot parse
// and skips it, so that one pass finds all mistakes: a broken item costs only that item, and a
// broken head does not cost its body.

import { limits } from '../terms/index.js'
import { type Bounds, refuseExcess } from './bounds.js'
import { toComment } from './comment.js'
import { parseItems } from './definitionBody.js'
import { Lexer } from './lexer.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'
import type { Work } from './steps.js'
import { suggestion } from './suggestion.js'
import type {
  BrokenNode,
  CaveatNode,
  DeclarationNode,
  DefinitionNode,
  Name,
  ParameterNode,
  SchemaNode,
} from './syntax.js'
import { TokenStream, Unexpected } from './tokenStream.js'

/** The `use` flags, each with the words that it makes keywords. */
const FLAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['expiration', ['expiration', 'and']],
  ['import', ['import']],
  ['partial', ['partial']],
  ['self', ['self']],
  ['typechecking', []],
])

/** What `too-many-members` counts. */
export const MEMBERS = 'relations and permissions'

interface Bounded {
  readonly text: string
  readonly bounds: Bounds
}

/**
 * Parses a schema text. Mistakes go to the report, and broken parts become broken nodes.
 * @throws OutOfBounds
 */
export function* parseSchema({ text, bounds }: Bounded, report: Report): Work<SchemaNode> {
  const tokens = new TokenStream(new Lexer(text, bounds.gap, report), bounds.itemTokens, report)
  const uses = new Set<string>()
  const declarations: DeclarationNode[] = []
  const remaining = { members: bounds.members }
  const requireMember = (at: SourceRange): void => {
    if (remaining.members-- > 0) return
    refuseExcess(report, 'too-many-members', { max: bounds.members, what: MEMBERS }, at)
  }
  for (;;) {
    yield null
    tokens.beginItem()
    tokens.skipTerminators()
    if (tokens.token.kind === 'end') return { uses: [...uses], declarations }
    if (declarations.length >= bounds.declarations) {
      const found = { max: bounds.declarations, what: 'definitions, partials and caveats' }
      refuseExcess(report, 'too-many-declarations', found, tokens.token)
    }
    if (tokens.eatStrayBrace()) continue
    if (tokens.atWord('use')) parseUse(tokens, uses, declarations.length > 0)
    else declarations.push(...(yield* parseDeclaration({ tokens, requireMember }, uses)))
  }
}

/** The state that the parsers of declarations share. */
interface ParseContext {
  readonly tokens: TokenStream
  /**
   * Counts each relation and permission, and ends the reading when there are too many.
   * @throws OutOfBounds
   */
  readonly requireMember: (at: SourceRange) => void
}

/** Parses one declaration. The result is empty for text that declares nothing. */
function* parseDeclaration(
  context: ParseContext,
  uses: ReadonlySet<string>,
): Work<readonly DeclarationNode[]> {
  const { tokens } = context
  if (tokens.at('definition')) return [yield* parseDefinition(context, 'definition')]
  if (tokens.at('caveat')) return [parseCaveat(tokens)]
  if (tokens.atWord('partial')) return [yield* parsePartial(context, uses)]
  const start = tokens.token
  if (tokens.atWord('import')) {
    const message = 'import statements are not allowed in this context: send one text with all'
    tokens.report('import-not-allowed', message, start)
    tokens.skipToDeclaration()
    return [{ kind: 'broken', name: null, ...tokens.rangeFrom(start) }]
  }
  tokens.miss('`definition`, `caveat` or `use`')
  const name = tokens.skipMistakenWord()
  tokens.skipToDeclaration()
  return name === null ? [] : [{ kind: 'broken', name, ...tokens.rangeFrom(start) }]
}

function parseUse(tokens: TokenStream, uses: Set<string>, late: boolean): void {
  const start = tokens.advance()
  const flag = tokens.token
  const words = FLAGS.get(flag.text)
  if (flag.kind !== 'identifier' && words === undefined) {
    tokens.miss('a flag after `use`')
    return
  }
  tokens.advancePromoting(words ?? [])
  if (words === undefined) {
    const options = [...FLAGS.keys()]
    const message = `unknown \`use\` flag: \`${flag.text}\`${suggestion(flag.text, options)}`
    tokens.report('unknown-flag', `${message}. Options are: ${options.join(', ')}`, flag)
    return
  }
  uses.add(flag.text)
  if (late) {
    const message = '`use` expressions must be declared before any definition'
    tokens.report('late-use', message, tokens.rangeFrom(start))
  }
}

function* parsePartial(context: ParseContext, uses: ReadonlySet<string>): Work<DeclarationNode> {
  const { tokens } = context
  if (!uses.has('partial')) {
    const message = 'found `partial`, expected `use partial` at the top of the text before it'
    tokens.report('partial-not-in-use', message, tokens.token)
  }
  return yield* parseDefinition(context, 'partial')
}

function* parseDefinition(
  { tokens, requireMember }: ParseContext,
  kind: DefinitionNode['kind'],
): Work<DeclarationNode> {
  const first = tokens.advance()
  let name: Name | null = null
  try {
    name = tokens.path(`the name of a ${kind}`)
    tokens.expect('{', `after the name of the ${kind}`)
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error
    if (!tokens.skipToBody()) return toBroken(tokens, first.start, name)
    tokens.advance()
  }
  const items = yield* parseItems(tokens, requireMember)
  if (name === null) return toBroken(tokens, first.start, name)
  return { kind, name, comment: toComment(first.comments), items, ...tokens.rangeFrom(first) }
}

function parseCaveat(tokens: TokenStream): CaveatNode | BrokenNode {
  const first = tokens.advance()
  let name: Name | null = null
  let parameters: readonly ParameterNode[] | null = null
  try {
    name = tokens.path('the name of a caveat')
    parameters = parseParameters(tokens)
    if (!tokens.at('{')) tokens.fail('`{` and a condition')
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error
    parameters = null
    if (!tokens.skipToBody()) return toBroken(tokens, first.start, name)
  }
  const body = tokens.body()
  tokens.eat('}')
  if (name === null || parameters === null || body === null) {
    return toBroken(tokens, first.start, name)
  }
  const comment = toComment(first.comments)
  return { kind: 'caveat', name, comment, parameters, body, ...tokens.rangeFrom(first) }
}

function parseParameters(tokens: TokenStream): readonly ParameterNode[] {
  tokens.expect('(', 'after the name of the caveat')
  const parameters: ParameterNode[] = []
  do {
    const name = tokens.name('the name of a parameter')
    const type = parseParameterType(tokens, 0)
    parameters.push({ name, type, ...tokens.rangeFrom(name) })
  } while (tokens.eat(','))
  tokens.expect(')', 'after the parameters')
  return parameters
}

function parseParameterType(tokens: TokenStream, nesting: number): string {
  if (nesting > limits.expressionDepthMax) tokens.fail('a parameter type that is less deep')
  const { text } = tokens.name('the type of a parameter')
  if (!tokens.eat('<')) return text
  const generics: string[] = []
  do generics.push(parseParameterType(tokens, nesting + 1))
  while (tokens.eat(','))
  tokens.expect('>', 'after the type')
  return `${text}<${generics.join(', ')}>`
}

const toBroken = (tokens: TokenStream, start: number, name: Name | null): BrokenNode => ({
  kind: 'broken',
  name,
  ...tokens.rangeFrom({ start, end: start }),
})
