// Messages in query strings, in the form that gRPC's gateways read:
// `resource.objectType=campaign&optionalLimit=5`. Nested names are joined by dots, and a key is
// repeated for each item of a list. The text becomes the JSON that a body would contain, and is
// then decoded like a body.

import type { Field, Slots } from '../messages/index.js'
import { decodeJson, type Message } from '../messages/index.js'
import { Refusal } from '../terms/index.js'

/** The undecoded query string of a request. The route's message decodes it. */
export interface QueryText {
  readonly text: string
}

/**
 * The message in a query string.
 * @throws Refusal `invalid-argument` for a text that is not percent-encoded, or for the first value
 * of a wrong type
 */
export function decodeQuery<Value>(message: Message<Value>, query: string): Value {
  requireEncoded(query)
  return decodeJson(message, toJson(message, toBranch(query)))
}

/** Refuses malformed percent-encoding, which URLSearchParams would decode to some other text. */
function requireEncoded(query: string): void {
  try {
    decodeURIComponent(query)
  } catch {
    throw new Refusal('invalid-argument', 'malformed query: expected percent-encoded UTF-8')
  }
}

/** A name in a query string, with its values and the names nested in it. */
interface Branch {
  readonly values: string[]
  readonly nested: Map<string, Branch>
}

const emptyBranch = (): Branch => ({ values: [], nested: new Map() })

function toBranch(query: string): Branch {
  const root = emptyBranch()
  for (const [key, text] of new URLSearchParams(query)) {
    const branch = key.split('.').reduce(descend, root)
    branch.values.push(text)
  }
  return root
}

function descend({ nested }: Branch, name: string): Branch {
  const known = nested.get(name)
  if (known !== undefined) return known
  const branch = emptyBranch()
  nested.set(name, branch)
  return branch
}

/** The JSON of a field. A value of the wrong shape becomes JSON that the field refuses. */
function toJson(field: Field<unknown>, { values, nested }: Branch): unknown {
  const { slots, item } = field
  if (slots === undefined ? nested.size > 0 : values.length === 0) return toObject(slots, nested)
  if (item !== undefined) return values.map(text => fromText(item, text))
  return values.length === 1 ? fromText(field, values[0]) : values
}

const toObject = (slots: Slots | undefined, nested: Branch['nested']): unknown =>
  Object.fromEntries(
    [...nested].flatMap(([name, branch]) => {
      const slot = slots?.get(name)
      return slot === undefined ? [] : [[name, toJson(slot.field, branch)] as const]
    }),
  )

const fromText = (field: Field<unknown>, text: string): unknown => field.fromText?.(text) ?? text
