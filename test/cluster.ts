// `npm run cluster`: runs the cluster that docker/compose.yaml describes on this machine, without
// Docker. An interrupt ends it and removes all of its data.

import { once } from 'node:events'
import { Cluster } from './cluster/cluster.js'
import { TEST_KEY } from './service.js'

const cluster = await Cluster.open()
for (const { node } of cluster.members) process.stdout.write(`${node.name}    ${node.url}\n`)
process.stdout.write(`primary   ${cluster.primary.url('pemba')}\n`)
process.stdout.write(`standby   ${cluster.standby.url('pemba')}\n`)
process.stdout.write(`redis     ${cluster.redisUrl}\n`)
process.stdout.write(`key       ${TEST_KEY}\nCtrl-C ends it\n`)
await once(process, 'SIGINT')
await cluster.close()
process.exit(0)
