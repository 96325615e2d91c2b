// A message in a query string, as gRPC's gateways read it: `resource.objectType=campaign&optionalLimit=5`.
// Names within names are joined by dots, a key stands once for each item of a list. The text becomes
// the JSON that a body would have had, and goes the way of a body from there.

import type { Field, Slots } from '../messages/index.js'
import { decodeJson, type Message } from '../messages/index.js'
import { Refusal } from '../terms/index.js'

/** A request's query as it came: the route's message reads it. */
export interface QueryText {
  readonly text: string
}

/**
 * The message in a query string.
 * @throws Refusal `invalid-argument` for text that is not percent-encoded, or the first value of a
 * wrong type
 */
export function decodeQuery<Value>(message: Message<Value>, query: string): Value {
  requireEncoded(query)
  return decodeJson(message, toJson(message, toBranch(query)))
}

/** What would be read somehow, and as something else than was meant. */
function requireEncoded(query: string): void {
  try {
    decodeURIComponent(query)
  } catch {
    throw new Refusal('invalid-argument', 'malformed query: expected percent-encoded UTF-8')
  }
}

/** A name of a query string with the texts that it is given, and the names below it. */
interface Branch {
  readonly texts: string[]
  readonly below: Map<string, Branch>
}

const emptyBranch = (): Branch => ({ texts: [], below: new Map() })

function toBranch(query: string): Branch {
  const root = emptyBranch()
  for (const [key, text] of new URLSearchParams(query)) {
    const branch = key.split('.').reduce(descend, root)
    branch.texts.push(text)
  }
  return root
}

function descend({ below }: Branch, name: string): Branch {
  const known = below.get(name)
  if (known !== undefined) return known
  const branch = emptyBranch()
  below.set(name, branch)
  return branch
}

/** What fits the field becomes what it decodes; what does not, something that it refuses. */
function toJson(field: Field<unknown>, { texts, below }: Branch): unknown {
  const { slots, item } = field
  if (slots === undefined ? below.size > 0 : texts.length === 0) return toObject(slots, below)
  if (item !== undefined) return texts.map(text => fromText(item, text))
  return texts.length === 1 ? fromText(field, texts[0]) : texts
}

const toObject = (slots: Slots | undefined, below: Branch['below']): unknown =>
  Object.fromEntries(
    [...below].flatMap(([name, branch]) => {
      const slot = slots?.get(name)
      return slot === undefined ? [] : [[name, toJson(slot.field, branch)] as const]
    }),
  )

const fromText = (field: Field<unknown>, text: string): unknown => field.fromText?.(text) ?? text
