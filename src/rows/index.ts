// Floor 3: rows of a graph that is not held as a whole, kept by this node.

export { Breaker } from './breaker.js'
export type { RowCounts } from './chain.js'
export { OnDemand, type OnDemandOptions } from './onDemand.js'
export { openRedis, type SharedBytes, type SharedRedis } from './redis.js'
export { REDIS_FORMS, readRedisPlace } from './redisPlace.js'
export { ReplicaRows, type RowReplica } from './replicaRows.js'
export { RowCache } from './rowCache.js'
export type { RowSource } from './rowSource.js'
export { REJECTIONS, type Rejection, SharedRows } from './sharedRows.js'
export { WorkingSet } from './workingSet.js'
