import t from 'tap'
import { statusErrors } from '../../src/http/index.js'
import { httpStatuses } from '../../src/http/statusErrors.js'
import { statusCodes, toSharingStatus, toSpiceDbStatus } from '../../src/messages/index.js'
import { Refusal, type RefusalCode, refusals } from '../../src/terms/index.js'

const CODES = Object.keys(refusals) as RefusalCode[]

/** SpiceDB has no sharing and no quotas. */
const isOurs = (code: RefusalCode): boolean =>
  code.startsWith('sharing-') || code === 'quota-exceeded'

t.test('every refusal has its numbers, and an ErrorInfo only with a reason', async t => {
  const { answer } = statusErrors(toSharingStatus)
  for (const code of CODES) {
    const { status, body } = answer(new Refusal(code, 'said so', { name: 'value' }), false)
    const { code: number, details } = body as ReturnType<typeof toSharingStatus>
    t.equal(status, httpStatuses[refusals[code]], code)
    t.equal(number, statusCodes[refusals[code]].number, code)
    if (details.length === 0) continue
    t.match(
      details,
      [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: /^ERROR_REASON_[A-Z_]+$/,
          domain: isOurs(code) ? 'pemba' : 'authzed.com',
          metadata: { name: 'value' },
        },
      ],
      code,
    )
  }
})

t.test("SpiceDB's clients are told in SpiceDB's words", async t => {
  const told = (code: RefusalCode, message: string, metadata: Record<string, string>) => {
    const { message: text, details } = toSpiceDbStatus(new Refusal(code, message, metadata))
    return [text, details[0]?.metadata]
  }
  t.strictSame(told('wildcard-not-allowed', 'no', { field: 'subject.id' }), [
    'no',
    { field: 'subject.object_id' },
  ])
  t.strictSame(told('wildcard-not-allowed', 'no', { field: 'subject' }), [
    'no',
    { field: 'subject_id' },
  ])
  t.strictSame(told('precondition-failed', 'no', { precondition_operation: 'must-not-match' }), [
    'no',
    { precondition_operation: 'OPERATION_MUST_NOT_MATCH' },
  ])
  t.strictSame(told('key-unknown', 'no', {}), ['invalid preshared key: invalid token', undefined])
})

t.test('statuses have the numbers of google.rpc.Code and of its HTTP mapping', async t => {
  t.strictSame(
    Object.entries(statusCodes).map(([kind, { name, number }]) => [
      name,
      number,
      httpStatuses[kind as keyof typeof httpStatuses],
    ]),
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
  t.strictSame(toSpiceDbStatus(refusal).details, [
    {
      '@type': 'type.googleapis.com/buf.validate.Violations',
      violations: [{ fieldPath: 'a.b[0]', message: 'must be c' }],
    },
  ])
})
