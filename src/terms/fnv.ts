// FNV-1a, 32 bits: a cheap hash that spreads texts well and notices damage. No proof of anything against
// somebody who means harm.

export const FNV_BASIS = 0x811c9dc5
const PRIME = 0x01000193

/** The hash of what was hashed so far and one more unit. */
export const fnvStep = (hash: number, unit: number): number => Math.imul(hash ^ unit, PRIME)

/** Over the code units; a signed integer. */
export function fnv1a(text: string, basis = FNV_BASIS, prime = PRIME): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return hash
}
