// The rules of schema.zed, asserted both ways in sharing.yaml. Whatever part of a permission is
// left out, and whatever a relation gives more or less, an assertion fails.

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { check } from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { NOW } from '../evaluator/answer.js'
import { TestSnapshot } from '../snapshot.js'
import { readValidationFile } from '../validationFile.js'
import { schemaOf, toRelationships } from '../world.js'

const FOLDER = resolve(import.meta.dirname, '../../../test/schema')
const read = (path: string): string => readFileSync(join(FOLDER, path), 'utf8')
const FILE = readValidationFile(read('sharing.yaml'), read)

const EXPECTED = { assertTrue: 'yes', assertCaveated: 'conditional', assertFalse: 'no' } as const

/** Assertions that do not hold under the schema. */
function broken(text: string): readonly string[] {
  const schema = schemaOf(text)
  const relationships = toRelationships(FILE.relationships.join('\n'))
  const snapshot = new TestSnapshot(relationships)
  const { depthMax, workMax } = limits
  return FILE.assertions.flatMap(({ kind, text: asserted, item }) => {
    const { verdict } = check(snapshot, schema, { ...item, now: NOW, depthMax, workMax })
    return verdict === EXPECTED[kind] ? [] : [`${asserted}: ${verdict}`]
  })
}

t.test('schema.zed keeps its rules', async t => {
  t.strictSame(broken(FILE.schema), [])
  t.ok(FILE.assertions.length > 80)
})

/** The schema with one permission's expression altered, for each alteration of each permission. */
function mutations(text: string): readonly { readonly claim: string; readonly mutant: string }[] {
  return [...text.matchAll(/^\s*permission (\w+) = (.*)$/gm)].flatMap(found => {
    const [line, name, expression] = found
    const offset = found.index + line.length - expression.length
    return mutantsOf(expression).map(mutant => ({
      claim: `${name} = ${mutant}`,
      mutant: text.slice(0, offset) + mutant + text.slice(offset + expression.length),
    }))
  })
}

const TERM = /\w+(?:->\w+)?/g

/** The expression with each term replaced by `nil`, and with each operator replaced by another. */
function mutantsOf(expression: string): readonly string[] {
  const found: string[] = []
  for (const { index, 0: term } of expression.matchAll(TERM)) {
    found.push(`${expression.slice(0, index)}nil${expression.slice(index + term.length)}`)
  }
  for (const { index, 0: operator } of expression.matchAll(/[+&-](?!>)/g)) {
    for (const other of ['+', '&', '-']) {
      if (other !== operator) {
        found.push(`${expression.slice(0, index)}${other}${expression.slice(index + 1)}`)
      }
    }
  }
  return found
}

t.test('no part of a permission can be other than it is', async t => {
  const all = mutations(FILE.schema)
  t.ok(all.length > 50, `${all.length} mutants`)
  for (const { claim, mutant } of all) t.not(broken(mutant).length, 0, claim)
})

t.test('nor a caveat', async t => {
  for (const [found, other] of [
    ['sent_this_month < credit', 'sent_this_month <= credit'],
    ['sent_this_year < credit', 'sent_this_year <= credit'],
    ['sent_this_month < credit', 'sent_this_month != credit'],
    ['sent_this_year < credit', 'credit > 0 && sent_this_year >= 0'],
  ] as const) {
    t.ok(FILE.schema.includes(found))
    t.not(broken(FILE.schema.replace(found, other)).length, 0, other)
  }
})
