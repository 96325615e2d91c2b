// The clauses of `@sharing …` lines in comments, such as `@sharing role default, manage`. This file
// parses single clauses. What they mean together is the concern of `shared.ts` and `scopes.ts`.

import { suggestion } from '../suggestion.js'

/** One well-formed clause. */
export type Clause = RoleClause | AddClause | { readonly kind: PlainKind }

/** `role`, with the words that may follow it. */
export interface RoleClause {
  readonly kind: 'role'
  readonly isDefault: boolean
  readonly isMakers: boolean
  readonly neverEmpty: boolean
  readonly managedBy: string | null
}

/** `add` and the name of a role. */
export interface AddClause {
  readonly kind: 'add'
  readonly role: string
}

/** The clauses that consist of fixed words only. */
const PLAIN = [
  'scope',
  'access',
  'sheet',
  'manage',
  'remove',
  'people',
  'create for groups',
  'create for everyone',
] as const
export type PlainKind = (typeof PLAIN)[number]

const KINDS = ['role', 'add', ...PLAIN]
const ROLE_WORDS = ['default', 'maker', 'never empty', 'managed by']

/** A malformed clause. Its message completes "in `@sharing`: …". */
export interface BadClause {
  readonly kind: 'bad'
  readonly message: string
}

/** A `@sharing` line of a comment. */
const SHARING_LINE = /^@sharing(?:\s+(.*))?$/

/** The clauses of a comment. Most comments have none. */
export function readClauses(comment: string): readonly (Clause | BadClause)[] {
  if (!comment.includes('@sharing')) return []
  return comment.split('\n').flatMap(line => {
    const match = SHARING_LINE.exec(line)
    return match === null ? [] : (match[1] ?? '').split(',').map(each => toClause(each.trim()))
  })
}

function toClause(text: string): Clause | BadClause {
  const words = text.split(/\s+/)
  const plain = PLAIN.find(kind => kind === words.join(' '))
  if (plain !== undefined) return { kind: plain }
  const [first, ...rest] = words
  if (first === 'role') return toRole(rest)
  if (first === 'add') return toAdd(rest)
  if (text === '') return bad(`found nothing, expected one of ${quote(KINDS)}`)
  const similar = suggestion(text, KINDS)
  return bad(`found \`${text}\`, expected one of ${quote(KINDS)}${similar}`)
}

function toAdd([role, ...more]: readonly string[]): Clause | BadClause {
  if (role !== undefined && more.length === 0) return { kind: 'add', role }
  return bad('expected `add` and the name of one role')
}

function toRole(words: readonly string[]): Clause | BadClause {
  const found = new Map<string, string>()
  for (let index = 0; index < words.length; ) {
    const [word, length] = roleWord(words, index)
    if (word === null) {
      const text = words[index]
      const similar = suggestion(text, ROLE_WORDS)
      return bad(`found \`${text}\` after \`role\`, expected ${quote(ROLE_WORDS)}${similar}`)
    }
    if (found.has(word)) return bad(`found \`${word}\` twice after \`role\``)
    const name = words[index + 2]
    if (word === 'managed by' && name === undefined) {
      return bad('expected the name of a permission after `managed by`')
    }
    found.set(word, name ?? '')
    index += length
  }
  return {
    kind: 'role',
    isDefault: found.has('default'),
    isMakers: found.has('maker'),
    neverEmpty: found.has('never empty'),
    managedBy: found.get('managed by') ?? null,
  }
}

/**
 * The keyword of a role that begins at `index` (null for an unknown one), and the number of words
 * that it takes.
 */
function roleWord(words: readonly string[], index: number): readonly [string | null, number] {
  const [one, two] = [words[index], `${words[index]} ${words[index + 1]}`]
  if (one === 'default' || one === 'maker') return [one, 1]
  if (two === 'never empty') return [two, 2]
  return two === 'managed by' ? [two, 3] : [null, 0]
}

const bad = (message: string): BadClause => ({ kind: 'bad', message })

const quote = (words: readonly string[]): string => words.map(word => `\`${word}\``).join(', ')
