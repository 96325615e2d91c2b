// The face of caveats: CEL text in, a compiled caveat or its faults out.

export type { Caveat, CaveatOutcome, CaveatParameter } from './caveat.js'
export type { CaveatCompilation, CaveatFault, CaveatSource } from './compilation.js'
export { compileCaveat } from './compile.js'
