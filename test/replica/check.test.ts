import t from 'tap'
import { agreeWithOracle, answersFrom } from '../differential/suite.js'
import { snapshotOf } from './supplier.js'

t.test('a check over the resident graph gives what the definition gives', async t => {
  agreeWithOracle(t, answersFrom(snapshotOf))
})
