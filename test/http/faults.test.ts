import t from 'tap'
import { statuses, toFailure } from '../../src/http/faults.js'
import { Refusal, type RefusalCode, refusals } from '../../src/terms/index.js'

const CODES = Object.keys(refusals) as RefusalCode[]

t.test('every refusal has its numbers, and an ErrorInfo exactly when it has a reason', async t => {
  for (const code of CODES) {
    const { status, reason } = refusals[code]
    const { http, body } = toFailure(new Refusal(code, 'said so', { name: 'value' }))
    t.equal(http, statuses[status].http, code)
    t.equal(body.code, statuses[status].code, code)
    t.equal(body.message, 'said so')
    t.strictSame(
      body.details,
      reason === null
        ? []
        : [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: `ERROR_REASON_${reason}`,
              domain: code.startsWith('sharing-') ? 'pemba' : 'authzed.com',
              metadata: { name: 'value' },
            },
          ],
      code,
    )
  }
})

t.test('statuses have the numbers of google.rpc.Code and of its HTTP mapping', async t => {
  t.strictSame(
    Object.entries(statuses).map(([status, { code, http }]) => [status, code, http]),
    [
      ['CANCELLED', 1, 499],
      ['INVALID_ARGUMENT', 3, 400],
      ['DEADLINE_EXCEEDED', 4, 504],
      ['NOT_FOUND', 5, 404],
      ['ALREADY_EXISTS', 6, 409],
      ['PERMISSION_DENIED', 7, 403],
      ['RESOURCE_EXHAUSTED', 8, 429],
      ['FAILED_PRECONDITION', 9, 400],
      ['ABORTED', 10, 409],
      ['OUT_OF_RANGE', 11, 400],
      ['UNIMPLEMENTED', 12, 501],
      ['INTERNAL', 13, 500],
      ['UNAVAILABLE', 14, 503],
      ['UNAUTHENTICATED', 16, 401],
    ],
  )
})

t.test('violations are told field by field', async t => {
  const refusal = new Refusal('invalid-argument', 'no', {}, [{ field: 'a.b[0]', expected: 'c' }])
  t.strictSame(toFailure(refusal).body.details, [
    {
      '@type': 'type.googleapis.com/buf.validate.Violations',
      violations: [{ fieldPath: 'a.b[0]', message: 'must be c' }],
    },
  ])
})
