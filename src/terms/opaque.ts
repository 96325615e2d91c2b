// Opaque texts, which tokens and cursors are: JSON in base64 with a kind and a checksum. The
// checksum detects truncated and altered texts before they are misread. It is neither a secret nor
// a signature.

import { fnv1a } from './fnv.js'
import type { JsonValue } from './json.js'

const encoder = new TextEncoder()

/** The opaque text of the fields, from which `open` returns them. */
export function seal(kind: string, fields: readonly JsonValue[]): string {
  const body = JSON.stringify(fields)
  return toBase64(`${kind}:${checksum(kind + body)}:${body}`)
}

/** The sealed fields, or null for a text that is damaged, of another kind, or not ours at all. */
export function open(kind: string, text: string): readonly JsonValue[] | null {
  const plain = fromBase64(text)
  if (plain === null) return null
  const [foundKind, foundChecksum = ''] = plain.split(':', 2)
  if (foundKind !== kind) return null
  const body = plain.slice(foundKind.length + foundChecksum.length + 2)
  return checksum(kind + body) === foundChecksum ? toFields(body) : null
}

/** The fields, or null. A correct checksum excludes accidental damage, but not forged texts. */
function toFields(body: string): readonly JsonValue[] | null {
  try {
    const fields: unknown = JSON.parse(body)
    return Array.isArray(fields) ? (fields as readonly JsonValue[]) : null
  } catch {
    return null
  }
}

/** A checksum that is cheap and good enough to detect damage. */
export const checksum = (text: string): string => (fnv1a(text) >>> 0).toString(36)

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...encoder.encode(text)))
}

function fromBase64(text: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(text), sign => sign.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
