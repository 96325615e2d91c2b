// Floor 3: the graph of a store in memory, kept up to date by the changes of its feed.

export { Replica } from './replica.js'
export type { Steps } from './steps.js'
