// What stands in the body of a definition or partial: relations, permissions, and references to
// partials. An item that cannot be read becomes a `broken` one, and reading goes on with the next.

import { toComment } from './comment.js'
import { parseExpression } from './expression.js'
import type { SchemaToken } from './lexer.js'
import type { ItemNode, Name, PermissionNode, RelationNode, SubjectTypeNode } from './syntax.js'
import { type TokenStream, Unexpected } from './tokenStream.js'

/** The items up to the closing brace, which is passed; the opening one has been. */
export function parseItems(cursor: TokenStream): readonly ItemNode[] {
  const items: ItemNode[] = []
  for (;;) {
    cursor.skipTerminators()
    if (cursor.eat('}')) return items
    if (cursor.token.kind === 'end' || cursor.atTop()) {
      cursor.miss('`relation`, `permission` or `}`')
      return items
    }
    items.push(...(atItem(cursor) ? [parseItem(cursor)] : skipMistake(cursor)))
  }
}

const atItem = (cursor: TokenStream): boolean =>
  ['relation', 'permission', '...'].some(word => cursor.at(word))

/** Passes what is no item; the item that it was probably meant to be, if that has a name. */
function skipMistake(cursor: TokenStream): readonly ItemNode[] {
  const first = cursor.token
  cursor.miss('`relation`, `permission` or `}`')
  const name = cursor.skipMistakenWord()
  cursor.skipItem()
  return name === null ? [] : [{ kind: 'broken', name, ...cursor.rangeFrom(first) }]
}

function parseItem(cursor: TokenStream): ItemNode {
  const first = cursor.advance()
  let name: Name | null = null
  try {
    name = cursor.name(`the name of a ${first.text === '...' ? 'partial' : first.text}`)
    if (first.text === 'relation') return parseRelation(cursor, first, name)
    if (first.text === 'permission') return parsePermission(cursor, first, name)
    cursor.endStatement()
    return { kind: 'reference', name, ...cursor.rangeFrom(first) }
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error
    cursor.skipItem()
    // With a reference all that its partial holds is missing, whatever the names of that are.
    return { kind: 'broken', name: first.text === '...' ? null : name, ...cursor.rangeFrom(first) }
  }
}

function parseRelation(cursor: TokenStream, first: SchemaToken, name: Name): RelationNode {
  cursor.expect(':', 'and the types of its subjects')
  const types = [parseSubjectType(cursor)]
  while (cursor.eat('|')) types.push(parseSubjectType(cursor))
  const comment = toComment(first.comments)
  const node: RelationNode = { kind: 'relation', name, comment, types, ...cursor.rangeFrom(first) }
  cursor.endStatement()
  return node
}

function parseSubjectType(cursor: TokenStream): SubjectTypeNode {
  const type = cursor.path('a subject type, such as `user` or `group#member`')
  const wildcard = cursor.eat(':')
  if (wildcard) cursor.expect('*', `after \`${type.text}:\``)
  const isSet = !wildcard && cursor.eat('#')
  const relation = isSet && !cursor.eat('...') ? cursor.name('a relation after `#`') : null
  const traits = cursor.eat('with') ? parseTraits(cursor) : NO_TRAITS
  return { type, relation, wildcard, ...traits, ...cursor.rangeFrom(type) }
}

type SubjectTraits = Pick<SubjectTypeNode, 'caveat' | 'expiration'>

const NO_TRAITS: SubjectTraits = { caveat: null, expiration: false }

/** Without `use expiration`, `expiration` and `and` are names like others. */
function parseTraits(cursor: TokenStream): SubjectTraits {
  const first = cursor.token
  if (cursor.eat('expiration')) {
    if (!cursor.eat('and')) return { caveat: null, expiration: true }
    const caveat = cursor.path('the name of a caveat after `and`')
    const message = `expected the caveat before the expiration: \`with ${caveat.text} and expiration\``
    cursor.report('expiration-before-caveat', message, cursor.rangeFrom(first))
    return { caveat, expiration: true }
  }
  const caveat = cursor.path('the name of a caveat after `with`')
  const expiration = cursor.eat('and')
  if (expiration) cursor.expect('expiration', 'after `and`')
  else if (cursor.atWord('and')) cursor.fail('`use expiration` at the top of the text')
  return { caveat, expiration }
}

function parsePermission(cursor: TokenStream, first: SchemaToken, name: Name): PermissionNode {
  const annotation: Name[] = []
  if (cursor.eat(':')) {
    do annotation.push(cursor.name('the name of a subject type'))
    while (cursor.eat('|'))
  }
  cursor.expect('=', 'and an expression')
  const expression = parseExpression(cursor)
  const comment = toComment(first.comments)
  const node: PermissionNode = {
    kind: 'permission',
    name,
    comment,
    annotation,
    expression,
    ...cursor.rangeFrom(first),
  }
  cursor.endStatement()
  return node
}
