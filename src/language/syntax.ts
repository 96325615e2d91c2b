// The syntax tree of a schema: what the text says, before any check of its meaning. Every node
// carries its range in the text. Parentheses have no node of their own: unions and intersections
// are flat lists, and an exclusion is binary.

import type { SourceRange } from './source.js'

/** The whole text. */
export interface SchemaNode {
  /** The `use` flags in the order of the text, each once. */
  readonly uses: readonly string[]
  /** The declarations in the order of the text. */
  readonly declarations: readonly DeclarationNode[]
}

/** A declaration at the top level of the text. */
export type DeclarationNode = DefinitionNode | CaveatNode | BrokenNode

/** A name, or another piece of text, with its range. */
export interface Name extends SourceRange {
  readonly text: string
}

export interface DefinitionNode extends SourceRange {
  readonly kind: 'definition' | 'partial'
  readonly name: Name
  readonly comment: string
  readonly items: readonly ItemNode[]
}

/** An item in the body of a definition or partial. */
export type ItemNode = MemberNode | PartialReferenceNode
export type MemberNode = RelationNode | PermissionNode | BrokenNode

export interface RelationNode extends SourceRange {
  readonly kind: 'relation'
  readonly name: Name
  readonly comment: string
  readonly types: readonly SubjectTypeNode[]
}

export interface SubjectTypeNode extends SourceRange {
  readonly type: Name
  /** The subject's relation. Null for objects themselves, which `#...` denotes as well. */
  readonly relation: Name | null
  readonly wildcard: boolean
  readonly caveat: Name | null
  readonly expiration: boolean
}

export interface PermissionNode extends SourceRange {
  readonly kind: 'permission'
  readonly name: Name
  readonly comment: string
  readonly annotation: readonly Name[]
  readonly expression: ExpressionNode
}

/** `...name` in a body. */
interface PartialReferenceNode extends SourceRange {
  readonly kind: 'reference'
  readonly name: Name
}

/**
 * A piece of text that could not be parsed and has been reported. It may have declared `name`, or
 * any name at all if parsing did not get that far.
 */
export interface BrokenNode extends SourceRange {
  readonly kind: 'broken'
  readonly name: Name | null
}

/** The expression of a permission, or a part of it. */
export type ExpressionNode = AtomNode | ListNode | ExclusionNode

export type AtomNode =
  | (SourceRange & { readonly kind: 'nil' | 'self' })
  | (Name & { readonly kind: 'name' })
  | ArrowNode

export interface ArrowNode extends SourceRange {
  readonly kind: 'arrow'
  readonly relation: Name
  readonly target: Name
  readonly all: boolean
}

export interface ListNode extends SourceRange {
  readonly kind: 'union' | 'intersection'
  readonly operands: readonly ExpressionNode[]
  /** The number of nested operations on the longest path down, this one included. */
  readonly depth: number
}

interface ExclusionNode extends SourceRange {
  readonly kind: 'exclusion'
  readonly base: ExpressionNode
  readonly excluded: ExpressionNode
  readonly depth: number
}

export interface CaveatNode extends SourceRange {
  readonly kind: 'caveat'
  readonly name: Name
  readonly comment: string
  readonly parameters: readonly ParameterNode[]
  /** The raw CEL text between the braces. */
  readonly body: Name
}

export interface ParameterNode extends SourceRange {
  readonly name: Name
  /** The type in canonical form, such as `map<list<int>>`. */
  readonly type: string
}

/**
 * Whether a name may have been declared by one of the broken nodes. A reference to such a name is
 * not a mistake of its own.
 */
export function brokenNames(
  nodes: readonly (DeclarationNode | ItemNode)[],
): (name: string) => boolean {
  const names = new Set<string | undefined>()
  for (const node of nodes) if (node.kind === 'broken') names.add(node.name?.text)
  return name => names.has(undefined) || names.has(name)
}

/** The number of nested operations, 0 for an atom. */
export const depthOf = (node: ExpressionNode): number => ('depth' in node ? node.depth : 0)
