// Attacks by schemas: texts as large as a body may be, and questions about ever other kinds of
// subject under a schema with as many members as there may be.

import {
  type Attack,
  FAILED_PRECONDITION,
  INVALID_ARGUMENT,
  isAnswered,
  isRefusedBy,
  printReply,
  RESOURCE_EXHAUSTED,
  repeat,
  scaled,
} from './attack.js'
import { toCheck } from './target.js'

/** Definitions of 50 relations each, up to about so many bytes. */
function toText(bytes: number): string {
  const definitions = ['definition user {}']
  let size = 0
  for (let number = 0; size < bytes; number++) {
    const relations = Array.from({ length: 50 }, (_, each) => `  relation rel${each}: user\n`)
    const text = `definition doc${number} {\n${relations.join('')}}`
    definitions.push(text)
    size += text.length + 1
  }
  return definitions.join('\n')
}

/** Caveats of nearly as many characters as each may have, up to about so many. */
function toConditions(characters: number): string {
  const condition = `${'a == 1 && '.repeat(9990)}a == 2`
  const count = Math.ceil(characters / condition.length)
  return Array.from(
    { length: count },
    (_, number) => `caveat cav${number}(a int) { ${condition} }`,
  ).join('\n')
}

/** Caveats with as many tokens as each may have, of about so many in all: most of this is taken. */
function toLists(tokens: number): string {
  const items = Array.from({ length: 2400 }, (_, number) => `${number}`).join(', ')
  const count = Math.ceil(tokens / 4800)
  return Array.from(
    { length: count },
    (_, number) => `caveat list${number}(a int) { a in [${items}] }`,
  ).join('\n')
}

/** The most of a body that may be schema. */
const TEXT_BYTES = 3_700_000

export const largeSchemas: Attack = {
  name: 'large-schemas',
  summary: 'schemas of 4 MB, sound and broken, of members and of caveats, written by 4 callers',
  prepare: target => target.createStore('large-schemas'),
  run(target, scale) {
    const sound = toText(scaled(scale, TEXT_BYTES))
    const broken = `${sound}\ndefinition broken { relation }`
    const nested =
      `definition user {}\ndefinition doc {\n  relation owner: user\n  permission view = ` +
      `${'('.repeat(100_000)}owner${')'.repeat(100_000)}\n}`
    const texts = [
      sound,
      broken,
      nested,
      `${'definition '.repeat(scaled(scale, 300_000))}`,
      toConditions(scaled(scale, TEXT_BYTES)),
      toLists(scaled(scale, 20_000)),
    ]
    return repeat(
      { callers: 4, runMs: scale.runMs },
      number =>
        target.call({
          store: 'large-schemas',
          path: '/v1/schema/write',
          body: { schema: texts[number % texts.length], dryRun: number % 3 === 0 },
        }),
      reply =>
        isAnswered(reply) ||
        isRefusedBy(INVALID_ARGUMENT, FAILED_PRECONDITION, RESOURCE_EXHAUSTED)(reply),
    )
  },
}

/** Members of the schema that is questioned; a service may allow fewer. */
const MEMBERS = [50_000, 20_000, 10_000, 5000, 2000]

export const subjectKinds: Attack = {
  name: 'subject-kinds',
  summary:
    'checkbulk of 10,000 items with as many kinds of subject, under a schema of many members',
  async prepare(target, scale) {
    await target.createStore('subject-kinds')
    const refusals: string[] = []
    for (const members of MEMBERS) {
      const schema = toMembers(scaled(scale, members))
      const path = '/v1/schema/write'
      const reply = await target.call({ store: 'subject-kinds', path, body: { schema } })
      if (isAnswered(reply)) return
      refusals.push(printReply(reply))
    }
    throw new Error(`no schema of many members is taken: ${refusals.join(', ')}`)
  },
  run(target, scale) {
    const items = Array.from({ length: scaled(scale, 10_000) }, (_, number) =>
      toCheck(
        ['doc0', '1', 'view'],
        [`doc${number % 20}`, 'x', `rel${Math.floor(number / 20) % 49}`],
      ),
    )
    const body = JSON.stringify({ items })
    return repeat(
      { callers: 4, runMs: scale.runMs },
      () => target.call({ store: 'subject-kinds', path: '/v1/permissions/checkbulk', body }),
      reply => isAnswered(reply) || isRefusedBy(RESOURCE_EXHAUSTED)(reply),
    )
  },
}

/** Every definition's permission leads to all of its relations and to the next definition's. */
function toMembers(count: number): string {
  const definitions = Math.ceil(count / 51)
  const texts = ['definition user {}']
  for (let number = 0; number < definitions; number++) {
    const next = (number + 1) % definitions
    const relations = Array.from(
      { length: 49 },
      (_, each) => `  relation rel${each}: user | doc${next}#rel${each}\n`,
    )
    const sum = Array.from({ length: 49 }, (_, each) => `rel${each}`).join(' + ')
    texts.push(
      `definition doc${number} {\n${relations.join('')}  relation parent: doc${next}\n  ` +
        `permission view = ${sum} + parent->view\n}`,
    )
  }
  return texts.join('\n')
}
