// Upstream worlds, answered by the evaluator and by the oracle as SpiceDB answered them: the
// assertions of each file, and a check of each permission for each subject; with all relationships
// stored, contextual, or every other one (OpenFGA CVE-2025-48371, CVE-2024-56323). The worlds lie
// beside the checkout; where they do not, there is nothing to run.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { check, overlay, type Snapshot } from '../../src/evaluator/index.js'
import { type CheckItem, limits } from '../../src/terms/index.js'
import { oracle } from '../oracle.js'
import { TestSnapshot } from '../snapshot.js'
import { readValidationFile } from '../validationFile.js'
import { schemaOf, toItem, toRelationships, type World } from '../world.js'
import { NOW } from './answer.js'

const FOLDER = resolve(import.meta.dirname, '../../../../shared/conformance')
const LETTERS = { assertTrue: 'T', assertCaveated: 'C', assertFalse: 'F' } as const
const skip = existsSync(FOLDER) ? false : 'the upstream worlds are not beside the checkout'

type Answers = Readonly<Record<string, Readonly<Record<string, string>>>>
interface Answer {
  readonly verdict: string
  readonly missing: readonly string[]
}

t.test('every upstream world is answered as SpiceDB answers it', { skip }, async t => {
  const answers = JSON.parse(readFileSync(join(FOLDER, 'spicedb-answers.json'), 'utf8')) as Answers
  for (const name of readdirSync(join(FOLDER, 'spicedb'))) {
    const file = readValidationFile(readFileSync(join(FOLDER, 'spicedb', name), 'utf8'))
    const world = {
      schema: schemaOf(file.schema),
      relationships: toRelationships(file.relationships.join('\n')),
    }
    const recorded = Object.entries(answers[name]).flatMap(([question, answer]) =>
      question.startsWith('check ')
        ? [{ item: toItem(question.slice('check '.length)), answer }]
        : [],
    )
    const asserted = file.assertions.map(({ kind, item }) => ({ item, answer: LETTERS[kind] }))
    const snapshots = toSnapshots(world)
    const wrong = [...recorded, ...asserted].flatMap(({ item, answer }) =>
      differences(world, snapshots, item, answer),
    )
    t.strictSame(wrong, [], `${name}: ${recorded.length} checks, ${asserted.length} assertions`)
  }
})

type Snapshots = Readonly<Record<string, Snapshot>>

function toSnapshots({ schema, relationships }: World): Snapshots {
  const [even, odd] = [0, 1].map(rest => relationships.filter((_, place) => place % 2 === rest))
  return {
    stored: new TestSnapshot(relationships),
    contextual: overlay(new TestSnapshot([]), schema, relationships),
    'half of it contextual': overlay(new TestSnapshot(even), schema, odd),
  }
}

/** An assertion says `C` alone, without the names. */
function differences(
  { schema, relationships }: World,
  snapshots: Snapshots,
  item: CheckItem,
  expected: string,
): readonly string[] {
  const { depthMax, workMax } = limits
  const question = { ...item, now: NOW, depthMax, workMax }
  const found: Record<string, Answer> = { oracle: oracle(schema, relationships, question) }
  for (const [name, snapshot] of Object.entries(snapshots)) {
    found[name] = check(snapshot, schema, question)
  }
  return Object.entries(found).flatMap(([who, answer]) => {
    const text = expected === 'C' ? print(answer).slice(0, 1) : print(answer)
    return text === expected ? [] : [`${JSON.stringify(item)}: ${who} ${text}, not ${expected}`]
  })
}

function print({ verdict, missing }: Answer): string {
  if (verdict === 'conditional') return `C?${missing.join(',')}`
  return verdict === 'yes' ? 'T' : 'F'
}
