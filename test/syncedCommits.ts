// A program that a test runs under syncCounter. It commits in an embedded database, and prints for
// each kind of commit how many syncs each commit made, in the order of their acknowledgements.

import { statSync } from 'node:fs'
import { openDatabase } from '../src/storage/index.js'

const [folder] = process.argv.slice(2)
const database = await openDatabase(`embedded:${folder}`)
const syncs = (): number => statSync(process.env.PEMBA_TEST_SYNCS ?? '').size

async function measure(use: () => Promise<unknown>): Promise<readonly number[]> {
  const counts: number[] = []
  for (let i = 0; i < 10; i++) {
    const before = syncs()
    await use()
    counts.push(syncs() - before)
  }
  return counts
}

await database.script('create table synced (n int)')
const inserts = await measure(() => database.query('insert into synced values (1)'))
const transactions = await measure(() =>
  database.transaction(async transaction => {
    for (let i = 0; i < 5; i++) await transaction.query('insert into synced values (2)')
  }),
)
const reads = await measure(() => database.query('select n from synced'))
await database.close()
process.stdout.write(JSON.stringify({ inserts, transactions, reads }))
