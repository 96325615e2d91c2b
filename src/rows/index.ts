// Rows shared by many nodes. Today only the connection to Redis.

export { openRedis, type SharedRedis } from './redis.js'
