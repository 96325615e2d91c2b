// The caveat compiler: CEL text in, a compiled caveat or its faults out.

export type { Caveat, CaveatParameter } from './caveat.js'
export type { CaveatFault } from './compilation.js'
export { compileCaveat } from './compile.js'
