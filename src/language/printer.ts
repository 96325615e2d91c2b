// The canonical text of a schema: `use` lines, then caveats, then definitions, each group sorted by
// name and separated by blank lines. Members keep their order, one per line, indented by tabs. The
// text compiles to an equal schema, except for the order of definitions. Partials appear expanded.

import { printAllowedType } from './allowed.js'
import type { Caveat } from './caveat/index.js'
import { printComment } from './comment.js'
import type { Definition, Expression, Member, Schema } from './schema.js'

/** The canonical text of the schema. */
export function printSchema(schema: Schema): string {
  return [
    ...usesOf(schema).map(flag => `use ${flag}`),
    ...sorted(schema.caveats).map(printCaveat),
    ...sorted(schema.definitions).map(each => printDefinition(each, schema.members)),
  ].join('\n\n')
}

const sorted = <T extends { readonly name: string }>(named: readonly T[]): readonly T[] =>
  named.toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** The flags that the printed text needs, in SpiceDB's order. */
function usesOf({ members }: Schema): readonly string[] {
  const needs = {
    typechecking: members.some(each => each.kind === 'permission' && each.annotation.length > 0),
    self: members.some(each => each.kind === 'permission' && hasSelf(each.expression)),
    expiration: members.some(
      each => each.kind === 'relation' && each.types.some(({ expiration }) => expiration),
    ),
  }
  return Object.entries(needs).flatMap(([flag, isNeeded]) => (isNeeded ? flag : []))
}

/** Whether the expression contains `self`. */
function hasSelf(expression: Expression): boolean {
  if (expression.kind === 'exclusion') {
    return hasSelf(expression.base) || hasSelf(expression.excluded)
  }
  return 'operands' in expression ? expression.operands.some(hasSelf) : expression.kind === 'self'
}

function printCaveat({ name, comment, parameters, expression }: Caveat): string {
  const list = sorted(parameters).map(parameter => `${parameter.name} ${parameter.type}`)
  const head = `caveat ${name}(${list.join(', ')})`
  return `${printCommentLines(comment, '')}${head} {\n\t${expression}\n}`
}

function printDefinition(
  { name, comment, members: own }: Definition,
  all: readonly Member[],
): string {
  const lines = own.map((member, i) => {
    const gap = i > 0 && member.comment !== '' ? '\n' : ''
    return `${gap}${printCommentLines(member.comment, '\t')}\t${printMember(member, all)}\n`
  })
  const body = lines.length === 0 ? '{}' : `{\n${lines.join('')}}`
  return `${printCommentLines(comment, '')}definition ${name} ${body}`
}

function printCommentLines(comment: string, indent: string): string {
  if (comment === '') return ''
  const lines = printComment(comment).split('\n')
  return lines.map(line => `${indent}${line}\n`).join('')
}

function printMember(member: Member, all: readonly Member[]): string {
  if (member.kind === 'relation') {
    return `relation ${member.name}: ${member.types.map(printAllowedType).join(' | ')}`
  }
  const { name, annotation, expression } = member
  const types = annotation.length === 0 ? '' : `: ${annotation.join(' | ')}`
  return `permission ${name}${types} = ${printExpression(expression, all)}`
}

/**
 * The expression as a schema spells it.
 * @param members all members of the schema that the expression belongs to
 */
export function printExpression(expression: Expression, members: readonly Member[]): string {
  const operand = (each: Expression): string => {
    const text = printExpression(each, members)
    return needsParentheses(each) ? `(${text})` : text
  }
  switch (expression.kind) {
    case 'nil':
    case 'self':
      return expression.kind
    case 'member':
      return members[expression.member].name
    case 'arrow': {
      const relation = members[expression.relation].name
      const { target, all } = expression
      return all ? `${relation}.all(${target})` : `${relation}->${target}`
    }
    case 'exclusion':
      return `${operand(expression.base)} - ${operand(expression.excluded)}`
    default:
      return expression.operands.map(operand).join(expression.kind === 'union' ? ' + ' : ' & ')
  }
}

/**
 * Whether the expression needs parentheses as an operand. A plain union does not, because no other
 * operator binds tighter.
 */
function needsParentheses(expression: Expression): boolean {
  if (expression.kind === 'union') return expression.operands.some(needsParentheses)
  return expression.kind === 'intersection' || expression.kind === 'exclusion'
}
