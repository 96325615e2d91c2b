// Ids with invisible characters: no new one can be written, and those that older versions wrote can
// be read, checked and deleted.

import t from 'tap'
import { openDatabase } from '../../src/storage/index.js'
import { openService, STORES } from '../service.js'
import {
  CHECK,
  create,
  DELETE,
  FILTER,
  object,
  post,
  READ,
  SCHEMA,
  SUBJECTS,
  subject,
  touch,
  WRITE,
} from '../wire.js'

const OLD = 'ol\u00adga'
const FORMATS = ['\u00ad', '\u200d', '\u202e', '\u2066', '\u061c', '\u{e0041}', '\ufff9']
const relationship = (resource: string, id: string) => ({
  resource: object('document', resource),
  relation: 'viewer',
  subject: subject('user', id),
})

for (const kind of STORES) {
  t.test(kind, async t => {
    let service = await openService(kind)
    t.teardown(() => service.close())
    await service.client.writeSchema({ text: SCHEMA })
    for (const format of FORMATS) {
      const hidden = `ol${format}ga`
      for (const update of [create, touch]) {
        for (const [each, field] of [
          [relationship('1', hidden), 'subject.object.objectId'],
          [relationship(hidden, 'ann'), 'resource.objectId'],
        ] as const) {
          const { status, text } = await post(service, WRITE, { updates: [update(each)] })
          t.equal(status, 400, text)
          t.match(text, `updates[0].relationship.${field}`)
          t.match(text, 'without invisible characters')
        }
      }
      const imported = await post(service, '/v1/relationships/importbulk', {
        relationships: [relationship('1', 'ann'), relationship('1', hidden)],
      })
      t.equal(imported.status, 400)
      t.match(imported.text, 'relationships[1].subject.object.objectId')
    }
    const { text: empty } = await post(service, READ, { relationshipFilter: FILTER })
    t.equal(empty, '', 'nothing was written')

    // The service locks the embedded database, so it is read through the service.
    if (kind === 'embedded') return
    await t.test('an old one', async t => {
      const updates = [touch(relationship('1', 'old')), touch(relationship('1', 'other'))]
      await post(service, WRITE, { updates })
      // Writes it as an older version did.
      const database = await openDatabase(service.datastore)
      const rename = 'update relationship set subject_id = $1 where subject_id = $2'
      await database.query(rename, [OLD, 'old'])
      await database.close()
      service = await service.restart()
      const full = { consistency: { fullyConsistent: true } }
      const asked = { resource: object('document', '1'), permission: 'view', ...full }
      const check = await post(service, CHECK, { ...asked, subject: subject('user', OLD) })
      t.match(check.text, 'PERMISSIONSHIP_HAS_PERMISSION')
      const listed = await post(service, SUBJECTS, { ...asked, subjectObjectType: 'user' })
      t.match(listed.text, OLD)
      const filter = {
        ...FILTER,
        optionalSubjectFilter: { subjectType: 'user', optionalSubjectId: OLD },
      }
      const read = await post(service, READ, { ...full, relationshipFilter: filter })
      t.match(read.text, OLD)
      t.equal(
        (await post(service, WRITE, { updates: [touch(relationship('1', OLD))] })).status,
        400,
      )
      const gone = { operation: 'OPERATION_DELETE', relationship: relationship('1', OLD) }
      const deleted = await post(service, WRITE, { updates: [gone] })
      t.match(deleted.text, 'OUTCOME_DELETED')
      t.equal((await post(service, DELETE, { relationshipFilter: filter })).status, 200)
      const { text } = await post(service, READ, { ...full, relationshipFilter: FILTER })
      t.notMatch(text, OLD)
      t.match(text, 'other')
    })
  })
}
