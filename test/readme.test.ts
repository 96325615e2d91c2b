// The README says what the code says.

import t from 'tap'
import { readReadme, withTables } from './readmeTables.js'

t.test('the README lists every setting and every refusal as the code does', async t => {
  const readme = readReadme()
  t.match(readme, '--http-addr <')
  t.match(readme, '| already-exists |')
  t.equal(readme, withTables(readme), 'if not, `npm run readme` writes the tables')
})
