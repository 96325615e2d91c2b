// The syntax tree: what the text says, before anyone asks whether it makes sense. Every node knows
// its place. Parentheses leave no node: union and intersection are flat lists, exclusion is binary.

import type { SourceRange } from './source.js'

export interface SchemaNode {
  /** Flags in the order of the text, each once. */
  readonly uses: readonly string[]
  readonly tops: readonly TopNode[]
}

export type TopNode = DefinitionNode | CaveatNode | BrokenNode

export interface Name extends SourceRange {
  readonly text: string
}

export interface DefinitionNode extends SourceRange {
  readonly kind: 'definition' | 'partial'
  readonly name: Name
  readonly comment: string
  readonly items: readonly ItemNode[]
}

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
  /** Null for objects themselves, which `#...` spells too. */
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
 * Something that could not be read, which has been reported. Others may speak of it: by `name`, or,
 * if reading did not get that far, by any name.
 */
export interface BrokenNode extends SourceRange {
  readonly kind: 'broken'
  readonly name: Name | null
}

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
  /** Operations on the longest way down, this one included. */
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
  /** The CEL text between the braces, as it stands. */
  readonly body: Name
}

export interface ParameterNode extends SourceRange {
  readonly name: Name
  /** In canonical form: `map<list<int>>`. */
  readonly type: string
}

/** The names that may belong to broken nodes: missing without a mistake of who speaks of them. */
export function brokenNames(nodes: readonly (TopNode | ItemNode)[]): (name: string) => boolean {
  const names = new Set<string | undefined>()
  for (const node of nodes) if (node.kind === 'broken') names.add(node.name?.text)
  return name => names.has(undefined) || names.has(name)
}

export const depthOf = (node: ExpressionNode): number => ('depth' in node ? node.depth : 0)
