// A node in production mode with room for a graph of 256 MiB, over a world that needs more, while
// another node imports: the correctness of its answers, and its peak memory.

import { readFileSync } from 'node:fs'
import { connect } from '../src/client/index.js'
import { type CheckItem, parseRelationship } from '../src/terms/index.js'
import { Node } from '../test/cluster/node.js'
import { TEST_KEY } from '../test/service.js'
import { whole } from './sample.js'

const ROOM_MIB = 256
const BATCH = 100
const IMPORT = 200_000

export async function askSmallNode(
  location: string,
  items: readonly CheckItem[],
  verdicts: string,
): Promise<string> {
  const environment = { PEMBA_KEYS: TEST_KEY, PEMBA_DATASTORE: location }
  const small = await Node.at({
    name: 'small',
    environment: { ...environment, NODE_OPTIONS: '--max-old-space-size=160' },
    flags: ['--graph', 'auto', '--graph-memory', `${ROOM_MIB}`, '--row-memory', '64'],
  })
  const other = await Node.at({ name: 'other', environment, flags: ['--graph', 'on-demand'] })
  await Promise.all([small.daemon.start(), other.daemon.start()])
  const [client, importer] = [small, other].map(({ url }) => connect({ url, key: TEST_KEY }))
  const importing = importer.importRelationships({ relationships: newcomers() })
  let [asked, wrong, isOver] = [0, 0, false]
  void importing.finally(() => {
    isOver = true
  })
  const askAll = async (): Promise<void> => {
    for (let from = 0; from < items.length; from += BATCH) {
      const some = items.slice(from, from + BATCH)
      const { answers } = await client.checkBulk({ items: some })
      asked += answers.length
      for (const [i, answer] of answers.entries()) {
        const verdict = answer instanceof Error ? '-' : answer.kind === 'yes' ? 'y' : 'n'
        if (verdict !== verdicts[from + i]) wrong++
      }
    }
  }
  do await askAll()
  while (!isOver)
  await importing
  const last = { resource: { type: 'group', id: 'newcomers' }, permission: 'member', context: {} }
  const subject = { type: 'user', id: `${IMPORT - 1}`, relation: '' }
  const consistency = { kind: 'full' } as const
  const { answer } = await client.check({ consistency, item: { ...last, subject } })
  if (answer.kind !== 'yes') wrong++
  await askAll()
  const peak = peakOf(small)
  for (const each of [client, importer]) await each.close()
  for (const { daemon } of [small, other]) await daemon.remove()
  return (
    `a node with ${ROOM_MIB} MiB, over HTTP, while another imports ${whole(IMPORT)}: ` +
    `${whole(asked)} checks, ${wrong} wrong, at most ${whole(peak / 2 ** 20)} MiB resident`
  )
}

function* newcomers() {
  for (let user = 0; user < IMPORT; user++) {
    yield parseRelationship(`group:newcomers#member@user:${user}`)
  }
}

/** Peak resident memory of the node's process, bytes. */
function peakOf({ daemon }: Node): number {
  const status = readFileSync(`/proc/${daemon.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
