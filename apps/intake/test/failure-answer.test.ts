import { HeadwaterError } from '@headwater/base'
import { ChannelError } from '@headwater/channels'
import { DeliveryError, type FailedOutcome } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { failureAnswer } from '../src/failure-answer.ts'

function delivery(
  outcome: FailedOutcome,
  code: ConstructorParameters<typeof DeliveryError>[0] = 'DELIVERY_TIMEOUT',
) {
  return new DeliveryError(code, 'x', {
    outcome,
    topic: 'raw',
    cause: new HeadwaterError('LINK_CLOSED', 'gone'),
  })
}

function wrapped(code: ConstructorParameters<typeof ChannelError>[0], ...errors: Error[]) {
  return new ChannelError(code, 'x', { cause: new AggregateError(errors, 'x') })
}

describe('failureAnswer', () => {
  it.each([
    [503, 'unavailable', delivery('unknown')],
    [503, 'unavailable', delivery('not-sent', 'BUFFER_FULL')],
    [503, 'unavailable', wrapped('PARTLY_PUBLISHED', delivery('unknown'), delivery('not-sent'))],
    [
      503,
      'unavailable',
      new ChannelError('CLAIM_CHECK_FAILED', 'x', { retriable: true, cause: new Error('disk') }),
    ],
    [500, 'failed', delivery('rejected', 'TOPIC_AUTHORIZATION_FAILED')],
    [
      500,
      'failed',
      wrapped('PARTLY_PUBLISHED', delivery('unknown'), delivery('rejected', 'INVALID_PARTITION')),
    ],
    [500, 'failed', new TypeError('a bug')],
    [413, 'too-large', delivery('rejected', 'RECORD_TOO_LARGE')],
    [413, 'too-large', new ChannelError('MAIL_TOO_LARGE', 'x')],
    [
      413,
      'too-large',
      new ChannelError('CLAIM_CHECK_FAILED', 'x', {
        retriable: true,
        cause: new HeadwaterError('NO_CLAIM_CHECK_FOLDER', 'x'),
      }),
    ],
  ] as const)('answers %i (%s) for %o', (status, outcome, error) => {
    expect(failureAnswer(error, 'id-1')).toMatchObject({
      status,
      outcome,
      body: { error: { message_id: 'id-1' } },
      ...(status === 503 && { retryAfterSeconds: 5 }),
    })
  })

  it('tells a sender nothing of an error that is not ours', () => {
    expect(JSON.stringify(failureAnswer(new TypeError('secret'), undefined))).not.toContain('secret')
  })
})
