// The new enemy problem: two scenarios of the Zanzibar paper in which somebody whose access was
// revoked would see later content, if a node answered from an old revision. Many clients run them
// repeatedly, and send each step to a random node.
//
//   order     Bob is removed from a folder. Then a document is added to it. May Bob see it?
//   content   Bob is removed from a document. Then its content changes, and the author asks for
//             a token to store with the content. May Bob see it at that token?

import { type Client, connect } from '../src/client/index.js'
import { parseRelationship, type Update } from '../src/terms/index.js'
import { TEST_KEY } from './service.js'

export const NEW_ENEMY_SCHEMA = `definition user {}
definition group {
  relation member: user
}
definition folder {
  relation viewer: user | group#member
  permission view = viewer
}
definition document {
  relation folder: folder
  relation viewer: user | group#member
  permission view = viewer + folder->view
}`

export interface EnemyReport {
  readonly rounds: number
  /** The number of rounds in which Bob got access wrongly. */
  readonly forbidden: number
  /** The number of rounds in which Ann was denied access wrongly. */
  readonly lost: number
}

const TELLERS = 32

/** @param urls of nodes of one datastore, whose schema is the one above */
export async function tellStories(urls: readonly string[], rounds: number): Promise<EnemyReport> {
  const nodes = urls.map(url => connect({ url, key: TEST_KEY }))
  let [next, forbidden, lost] = [0, 0, 0]
  const tell = async (): Promise<void> => {
    while (next < rounds) {
      const round = next++
      const found = await (round % 2 === 0 ? order : content)(() => anyOf(nodes), round)
      if (found.bob) forbidden++
      if (!found.ann) lost++
    }
  }
  await Promise.all(Array.from({ length: TELLERS }, tell))
  for (const node of nodes) await node.close()
  return { rounds, forbidden, lost }
}

type Node = () => Client
interface Found {
  readonly bob: boolean
  readonly ann: boolean
}

async function order(node: Node, round: number): Promise<Found> {
  const [folder, document, group] = [`folder:f${round}`, `document:d${round}`, `group:g${round}`]
  await write(
    node(),
    `touch ${folder}#viewer@${group}#member`,
    `touch ${group}#member@user:bob`,
    `touch ${group}#member@user:ann`,
  )
  if (round % 4 === 0) await sees(node(), `folder:f${round}`, 'bob', null)
  await write(node(), `delete ${group}#member@user:bob`)
  const token = await write(node(), `touch ${document}#folder@${folder}`)
  return {
    bob: await sees(node(), document, 'bob', token),
    ann: await sees(node(), document, 'ann', token),
  }
}

async function content(node: Node, round: number): Promise<Found> {
  const document = `document:d${round}`
  await write(node(), `touch ${document}#viewer@user:bob`, `touch ${document}#viewer@user:ann`)
  // Bob's access is checked while he has it, so that a node may cache the answer.
  await sees(node(), document, 'bob', null)
  await write(node(), `delete ${document}#viewer@user:bob`)
  const { token } = await node().check({
    consistency: { kind: 'full' },
    item: itemOf(document, 'ann'),
  })
  return {
    bob: await sees(node(), document, 'bob', token),
    ann: await sees(node(), document, 'ann', token),
  }
}

async function write(node: Client, ...lines: readonly string[]): Promise<string> {
  const updates = lines.map((line): Update => {
    const [operation, text] = line.split(' ') as ['touch' | 'delete', string]
    return { operation, relationship: parseRelationship(text) }
  })
  return (await node.writeRelationships({ updates })).token
}

async function sees(
  node: Client,
  document: string,
  who: string,
  token: string | null,
): Promise<boolean> {
  const consistency =
    token === null
      ? ({ kind: 'minimize-latency' } as const)
      : ({ kind: 'at-least', token } as const)
  return (await node.check({ consistency, item: itemOf(document, who) })).answer.kind === 'yes'
}

function itemOf(text: string, who: string) {
  const [type, id] = text.split(':')
  const subject = { type: 'user', id: who, relation: '' }
  return { resource: { type, id }, permission: 'view', subject, context: {} }
}

const anyOf = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]
