// Accidents of other services, as far as a check can repeat them. Others are tested where they
// belong: cycles (OpenFGA CVE-2025-46331), admission (CVE-2025-64751), limits (Keto #1274), the
// differential suites, and ../integration/accidents.test.ts for what surrounds checks.

import t from 'tap'
import { check, overlay } from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { toItem, toRelationships, world } from '../world.js'
import { answer, NOW } from './answer.js'

const SCHEMA = `
  caveat low(p int) { p < 10 }
  definition user {}
  definition group {
    relation member: user | user:* | group#member
  }
  definition doc {
    relation reader: user | user with low | group
    relation other: user | user with low
    permission either = reader + other
    permission both = reader & other
    permission only = reader - other
    permission nested = (reader + other) & (other + reader)
    permission by_group = reader->member
  }`

t.test('the context of one question does not answer the next (OpenFGA CVE-2026-33729)', async t => {
  const { schema, relationships } = world('doc:d#reader@user:ann[low]', SCHEMA)
  const snapshot = new TestSnapshot(relationships)
  const ask = (context: { p?: number }): string => {
    const item = toItem('doc:d#reader@user:ann', context)
    const { depthMax, workMax } = limits
    return check(snapshot, schema, { ...item, now: NOW, depthMax, workMax }).verdict
  }
  t.strictSame(
    [ask({ p: 1 }), ask({ p: 10 }), ask({}), ask({ p: 1 })],
    ['yes', 'no', 'conditional', 'yes'],
  )
})

t.test(
  'a contextual relationship counts only as the schema admits it (OpenFGA CVE-2025-48371, CVE-2024-56323)',
  async t => {
    const { schema } = world('', SCHEMA)
    const verdictOver = (stored: string, contextual: string, context = {}): string => {
      const below = new TestSnapshot(toRelationships(stored))
      const snapshot = overlay(below, schema, toRelationships(contextual))
      const item = toItem('doc:d#either@user:ann', context)
      const { depthMax, workMax } = limits
      return check(snapshot, schema, { ...item, now: NOW, depthMax, workMax }).verdict
    }
    t.equal(verdictOver('', 'doc:d#reader@user:*'), 'no', 'no wildcard')
    t.equal(verdictOver('', 'doc:d#reader@group:g#member group:g#member@user:ann'), 'no', 'no set')
    t.equal(verdictOver('', 'doc:d#reader@user:ann[expiration:2999-01-01T00:00:00Z]'), 'no')
    t.equal(verdictOver('', 'doc:d#reader@user:ann[low]'), 'conditional')
    t.equal(verdictOver('', 'doc:d#reader@user:ann[low]', { p: 10 }), 'no')
    t.equal(verdictOver('', 'doc:d#reader@user:ann[low]', { p: 1 }), 'yes')
    t.equal(verdictOver('doc:d#reader@user:ann', 'doc:d#reader@user:ann[low]', { p: 10 }), 'no')
  },
)

t.test(
  'a branch under a caveat stays conditional in each operator (SpiceDB CVE-2025-49011)',
  async t => {
    const reader = world('doc:d#reader@user:ann[low]', SCHEMA)
    const both = world('doc:d#reader@user:ann[low] doc:d#other@user:ann', SCHEMA)
    const excluded = world('doc:d#reader@user:ann doc:d#other@user:ann[low]', SCHEMA)
    t.equal(answer(reader, 'doc:d#either@user:ann'), 'conditional on p')
    t.equal(answer(reader, 'doc:d#both@user:ann'), 'no')
    t.equal(answer(reader, 'doc:d#only@user:ann'), 'conditional on p')
    t.equal(answer(reader, 'doc:d#nested@user:ann'), 'conditional on p')
    t.equal(answer(both, 'doc:d#both@user:ann'), 'conditional on p')
    t.equal(answer(both, 'doc:d#either@user:ann'), 'yes')
    t.equal(answer(both, 'doc:d#only@user:ann'), 'no')
    t.equal(answer(excluded, 'doc:d#only@user:ann'), 'conditional on p')
  },
)

t.test(
  'ids with the signs of the notation are told apart (OpenFGA: keys by concatenation)',
  async t => {
    const signs = world('group:a#member@user:x:y group:a:b#member@user:ann@mail', SCHEMA)
    t.equal(answer(signs, 'group:a#member@user:x:y'), 'yes')
    t.equal(answer(signs, 'group:a#member@user:x'), 'no')
    t.equal(answer(signs, 'group:a:b#member@user:ann@mail'), 'yes')
    t.equal(answer(signs, 'group:a#member@user:ann@mail'), 'no')
  },
)

t.test(
  'a wildcard in a group is everybody in the groups around it (OpenFGA differs from SpiceDB)',
  async t => {
    const open = world('group:a#member@group:b#member group:b#member@user:*', SCHEMA)
    t.equal(answer(open, 'group:a#member@user:anyone'), 'yes')
    t.equal(answer(open, 'group:a#member@group:c#member'), 'no')
  },
)

t.test(
  'the same question has the same answer, whatever the order of the data (Permify #1929)',
  async t => {
    const text = `doc:d#reader@group:a doc:d#reader@group:b group:a#member@group:b#member
    group:b#member@group:a#member group:b#member@group:c#member group:c#member@user:ann`
    const { schema, relationships } = world(text, SCHEMA)
    for (let turn = 0; turn < relationships.length; turn++) {
      const turned = [...relationships.slice(turn), ...relationships.slice(0, turn)]
      t.equal(answer({ schema, relationships: turned }, 'doc:d#by_group@user:ann'), 'yes')
      t.equal(answer({ schema, relationships: turned }, 'doc:d#by_group@user:bob'), 'no')
    }
  },
)
