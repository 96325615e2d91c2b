// The outline of a request for the log: the field names that its message declares, the types of
// values, counts, and a hash that is the same for equal requests. It never has a value or a name
// that the client chose.

import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { limits } from '../terms/index.js'

type Outline = string | readonly Outline[] | { readonly [name: string]: Outline }

interface Outlined {
  readonly question: Outline
  readonly hash: string | null
}

/** Items of a list that are outlined. The rest is counted. */
const ITEMS_MAX = 3

/** The outline of a request's body or query string. */
export function outlineOf({ body, query, routeOptions }: FastifyRequest): Outlined {
  const { schema } = routeOptions
  const question = body ?? query
  const names = new Set<string>()
  gather(schema?.body ?? schema?.querystring, names)
  const outlined = outline(question, names, 0)
  return { question: outlined, hash: outlined === 'stream' ? null : hashOf(question) }
}

function outline(value: unknown, names: ReadonlySet<string>, depth: number): Outline {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  // The content of a stream is not known here.
  if (!Array.isArray(value) && !isPlain(value)) return 'stream'
  const count = Object.keys(value).length
  if (depth === limits.outlineDepthMax) return `${count} inside`
  if (Array.isArray(value)) {
    const first = value.slice(0, ITEMS_MAX).map(item => outline(item, names, depth + 1))
    return count > ITEMS_MAX ? [...first, `${count} in all`] : first
  }
  const entries = Object.entries(value)
  const known = entries.filter(([name, part]) => names.has(name) && part !== undefined)
  const outlined = known.map(([name, part]) => [name, outline(part, names, depth + 1)] as const)
  const others = entries.filter(([name]) => !names.has(name)).length
  return Object.fromEntries(others > 0 ? [...outlined, ['…', `${others} names`]] : outlined)
}

const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Adds every name that a schema declares. The names of a query string are joined by dots. */
function gather(schema: unknown, names: Set<string>): void {
  if (schema === null || typeof schema !== 'object') return
  for (const [key, part] of Object.entries(schema)) {
    if (key === 'properties' && part !== null && typeof part === 'object') {
      for (const name of Object.keys(part)) for (const each of name.split('.')) names.add(each)
    }
    gather(part, names)
  }
}

function hashOf(question: unknown): string | null {
  try {
    const text = JSON.stringify(question)
    return text === undefined ? null : createHash('sha256').update(text).digest('hex').slice(0, 16)
  } catch {
    return null
  }
}
