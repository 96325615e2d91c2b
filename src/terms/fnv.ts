// FNV-1a with 32 bits: a cheap hash that spreads texts well and detects damage. It is no protection
// against somebody who chooses the text to deceive.

export const FNV_BASIS = 0x811c9dc5
const PRIME = 0x01000193

/** The hash after one more code unit. */
export const fnvStep = (hash: number, unit: number): number => Math.imul(hash ^ unit, PRIME)

/** The hash of a text's UTF-16 code units, as a signed integer. */
export function fnv1a(text: string, basis = FNV_BASIS, prime = PRIME): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return hash
}
