// Floor 3: a graph that is not held in memory. Its rows are loaded when a question needs them, and
// cached by this node.

export type { RowCounts } from './chain.js'
export { CircuitBreaker } from './circuitBreaker.js'
export { OnDemand } from './onDemand.js'
export { openRedis, type SharedBytes, type SharedRedis } from './redis.js'
export { REDIS_FORMS, readRedisPlace } from './redisAddress.js'
export { ReplicaRows } from './replicaRows.js'
export { RowCache } from './rowCache.js'
export type { RowSource } from './rowSource.js'
export { SharedRows } from './sharedRows.js'
export { WorkingSet } from './workingSet.js'
