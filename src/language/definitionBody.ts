// The parser of the body of a definition or partial: relations, permissions, and references to
// partials. An item that cannot be parsed becomes a `broken` node, and the parser continues with
// the next item.

import { toComment } from './comment.js'
import { parseExpression } from './expression.js'
import type { SchemaToken } from './lexer.js'
import type { SourceRange } from './source.js'
import type { Work } from './steps.js'
import type { ItemNode, Name, PermissionNode, RelationNode, SubjectTypeNode } from './syntax.js'
import { type TokenStream, Unexpected } from './tokenStream.js'

/**
 * Parses the items up to and including the closing brace. The caller has consumed the opening one.
 */
export function* parseItems(
  tokens: TokenStream,
  requireMember: (at: SourceRange) => void,
): Work<readonly ItemNode[]> {
  const items: ItemNode[] = []
  for (;;) {
    yield null
    tokens.beginItem()
    tokens.skipTerminators()
    if (tokens.eat('}')) return items
    if (tokens.token.kind === 'end' || tokens.atDeclaration()) {
      tokens.miss('`relation`, `permission` or `}`')
      return items
    }
    requireMember(tokens.token)
    items.push(...(atItem(tokens) ? [parseItem(tokens)] : skipMistake(tokens)))
  }
}

const atItem = (tokens: TokenStream): boolean =>
  ['relation', 'permission', '...'].some(word => tokens.at(word))

/** Skips tokens that begin no item. The result holds a broken item if they probably name one. */
function skipMistake(tokens: TokenStream): readonly ItemNode[] {
  const first = tokens.token
  tokens.miss('`relation`, `permission` or `}`')
  const name = tokens.skipMistakenWord()
  tokens.skipItem()
  return name === null ? [] : [{ kind: 'broken', name, ...tokens.rangeFrom(first) }]
}

function parseItem(tokens: TokenStream): ItemNode {
  const first = tokens.advance()
  let name: Name | null = null
  try {
    name = tokens.name(`the name of a ${first.text === '...' ? 'partial' : first.text}`)
    if (first.text === 'relation') return parseRelation(tokens, first, name)
    if (first.text === 'permission') return parsePermission(tokens, first, name)
    tokens.endStatement()
    return { kind: 'reference', name, ...tokens.rangeFrom(first) }
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error
    tokens.skipItem()
    // A broken reference leaves out all members of its partial, and their names are not known.
    return { kind: 'broken', name: first.text === '...' ? null : name, ...tokens.rangeFrom(first) }
  }
}

function parseRelation(tokens: TokenStream, first: SchemaToken, name: Name): RelationNode {
  tokens.expect(':', 'and the types of its subjects')
  const types = [parseSubjectType(tokens)]
  while (tokens.eat('|')) types.push(parseSubjectType(tokens))
  const comment = toComment(first.comments)
  const node: RelationNode = { kind: 'relation', name, comment, types, ...tokens.rangeFrom(first) }
  tokens.endStatement()
  return node
}

function parseSubjectType(tokens: TokenStream): SubjectTypeNode {
  const type = tokens.path('a subject type, such as `user` or `group#member`')
  const wildcard = tokens.eat(':')
  if (wildcard) tokens.expect('*', `after \`${type.text}:\``)
  const isSet = !wildcard && tokens.eat('#')
  const relation = isSet && !tokens.eat('...') ? tokens.name('a relation after `#`') : null
  const traits = tokens.eat('with') ? parseTraits(tokens) : NO_TRAITS
  return { type, relation, wildcard, ...traits, ...tokens.rangeFrom(type) }
}

type SubjectTraits = Pick<SubjectTypeNode, 'caveat' | 'expiration'>

const NO_TRAITS: SubjectTraits = { caveat: null, expiration: false }

/**
 * Parses the caveat and expiration after `with`. Without `use expiration`, `expiration` and `and`
 * are ordinary names.
 */
function parseTraits(tokens: TokenStream): SubjectTraits {
  const first = tokens.token
  if (tokens.eat('expiration')) {
    if (!tokens.eat('and')) return { caveat: null, expiration: true }
    const caveat = tokens.path('the name of a caveat after `and`')
    const spelling = `with ${caveat.text} and expiration`
    const message = `expected the caveat before the expiration: \`${spelling}\``
    tokens.report('expiration-before-caveat', message, tokens.rangeFrom(first))
    return { caveat, expiration: true }
  }
  const caveat = tokens.path('the name of a caveat after `with`')
  const expiration = tokens.eat('and')
  if (expiration) tokens.expect('expiration', 'after `and`')
  else if (tokens.atWord('and')) tokens.fail('`use expiration` at the top of the text')
  return { caveat, expiration }
}

function parsePermission(tokens: TokenStream, first: SchemaToken, name: Name): PermissionNode {
  const annotation: Name[] = []
  if (tokens.eat(':')) {
    do annotation.push(tokens.name('the name of a subject type'))
    while (tokens.eat('|'))
  }
  tokens.expect('=', 'and an expression')
  const expression = parseExpression(tokens)
  const comment = toComment(first.comments)
  const node: PermissionNode = {
    kind: 'permission',
    name,
    comment,
    annotation,
    expression,
    ...tokens.rangeFrom(first),
  }
  tokens.endStatement()
  return node
}
