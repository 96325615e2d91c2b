// Three nodes on one PostgreSQL for the new enemy scenarios. The graph of one is resident. Those of
// the other two are on demand, and one of them shares its rows through Redis.

import { type EnemyReport, NEW_ENEMY_SCHEMA, tellStories } from './newEnemy.js'
import { provisionRedis } from './provision.js'
import { openService } from './service.js'

export async function meetEnemies(rounds: number): Promise<EnemyReport> {
  const redis = await provisionRedis()
  const first = await openService('postgres')
  await first.client.writeSchema({ text: NEW_ENEMY_SCHEMA })
  const others = [
    await first.beside(['--graph', 'on-demand']),
    await first.beside(['--graph', 'on-demand', '--redis', `${redis.url}/6`]),
  ]
  try {
    return await tellStories(
      [first, ...others].map(({ url }) => url),
      rounds,
    )
  } finally {
    for (const node of others) await node.close()
    await first.close()
  }
}
