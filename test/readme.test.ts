// The README says what the code says.

import t from 'tap'
import { readReadme, withTables } from './readmeTables.js'

t.test('the README lists every setting, refusal and metric as the code does', async t => {
  const readme = readReadme()
  t.match(readme, '--http-addr <')
  t.match(readme, '| already-exists |')
  t.match(readme, '| `pemba_graph_mode` |')
  t.equal(readme, await withTables(readme), 'if not, `npm run readme` writes the tables')
})
